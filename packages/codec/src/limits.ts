import { CodecError } from './errors.ts'

export function tooLarge(what: string, bytes: number, limit: number): CodecError {
  return new CodecError(
    'too-large',
    `${what} is ${bytes.toLocaleString('en')} bytes, the limit is ${limit.toLocaleString('en')}`,
  )
}
