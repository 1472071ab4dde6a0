import { InvalidArgumentError } from 'commander'

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `30s`, `10m`, `12h`, `1d` or `2w` in ms. How long is too long is for the node to say. @throws {Error} saying what it takes */
export function parseDuration(text: string, leastMs = 1_000): number {
  const [, digits, unit] = /^(\d{1,9})([smhdw])$/.exec(text.trim()) ?? []
  const ms = Number(digits) * UNITS_MS[unit as keyof typeof UNITS_MS]
  if (!Number.isSafeInteger(ms)) throw new Error('It takes a number and a unit, such as 30s, 10m, 12h, 1d or 2w.')
  if (ms < leastMs) throw new Error('It takes at least 1s: nobody would see what has expired.')
  return ms
}

/** For an option of commander. */
export function durationOption(leastMs?: number): (text: string) => number {
  return text => {
    try {
      return parseDuration(text, leastMs)
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message)
    }
  }
}
