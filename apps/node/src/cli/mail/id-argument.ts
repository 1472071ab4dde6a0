import { CliError } from '../errors.ts'

/** The id of a letter, or how it begins. @throws {CliError} */
export function idArgument(text: string): string {
  const id = text.trim().toLowerCase()
  if (/^[0-9a-f]{8,64}$/.test(id)) return id
  const got = JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
  throw new CliError(
    'bad-request',
    `${got} is no id of a letter, which has 64 hexadecimal digits, of which the first 8 may do; stoa mail inbox and stoa mail outbox print them`,
  )
}
