const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `30s`, `10m`, `12h`, `1d` or `2w` in ms. How long is too long is for the node to say. @throws {Error} saying what it takes */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d{1,9})([smhdw])$/.exec(text.trim()) ?? []
  const ms = Number(digits) * UNITS_MS[unit as keyof typeof UNITS_MS]
  if (!Number.isSafeInteger(ms)) throw new Error('It takes a number and a unit, such as 30s, 10m, 12h, 1d or 2w.')
  if (ms === 0) throw new Error('It takes at least 1s: nobody would see an offer that has expired.')
  return ms
}
