/** `bad-option`: an option outside of what it may be. */
export type DiscoveryCode = 'bad-option'

export class DiscoveryError extends Error {
  override name = 'DiscoveryError'
  readonly code: DiscoveryCode
  readonly retryable = false

  constructor(code: DiscoveryCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
