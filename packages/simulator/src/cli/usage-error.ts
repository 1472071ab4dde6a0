/** What was asked for cannot be understood: exit code 2. The message has what, where, and what it takes. */
export class UsageError extends Error {
  override name = 'UsageError'
}
