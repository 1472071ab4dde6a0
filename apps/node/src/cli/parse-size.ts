import { InvalidArgumentError } from 'commander'

const UNITS = { '': 1, KiB: 1_024, MiB: 1_048_576 } as const

/** `1024`, `2KiB` or `8MiB` in bytes. How much is too much is for the node to say. @throws {Error} saying what it takes */
export function parseSize(text: string): number {
  const [, digits, unit] = /^(\d{1,9})(KiB|MiB|)$/.exec(text.trim()) ?? []
  const bytes = Number(digits) * UNITS[unit as keyof typeof UNITS]
  if (!Number.isSafeInteger(bytes) || bytes < 1) throw new Error('It takes bytes, such as 1024, 2KiB or 1MiB.')
  return bytes
}

/** For an option of commander. */
export function sizeOption(text: string): number {
  try {
    return parseSize(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
