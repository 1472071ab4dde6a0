import { CliError } from '../errors.ts'

/** @throws {CliError} */
export function keyArgument(text: string): string {
  const key = text.trim().toLowerCase()
  if (/^[0-9a-f]{64}$/.test(key)) return key
  const got = JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
  throw new CliError(
    'bad-request',
    `${got} is no key of an offer, which has 64 hexadecimal digits; stoa offers list prints them`,
  )
}
