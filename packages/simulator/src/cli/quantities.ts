import { UsageError } from './usage-error.ts'

// Numbers with units, as people write them. Each says what it takes when it does not understand.

const MS: Units = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 }
const BYTES: Units = { '': 1, B: 1, kB: 1_000, KB: 1_000, MB: 1_000_000, KiB: 1_024, MiB: 1_048_576 }
const BITS: Units = { 'bit/s': 1, 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9 }
const PER_SECOND: Units = { '': 1, '/s': 1, '/min': 1 / 60, '/h': 1 / 3_600 }
const SHARES: Units = { '': 1, '%': 0.01 }

type Units = Readonly<Record<string, number>>

/** `500ms`, `60s`, `5min` in ms. @throws {UsageError} */
export function durationMs(flag: string, text: string): number {
  return quantity(flag, text, MS, 'a duration such as 500ms, 60s or 5min')
}

/** `50..150ms`, `50ms..1s` or `80ms` in ms. @throws {UsageError} */
export function rangeMs(flag: string, text: string): [least: number, most: number] {
  const takes = 'a range such as 50..150ms, or one duration such as 80ms'
  const [first = '', second, ...more] = text.split('..')
  if (more.length > 0) throw unlike(flag, text, takes)
  const most = quantity(flag, second ?? first, MS, takes, text)
  if (second === undefined) return [most, most]
  // 50..150ms: the unit of both
  const unit = /[a-z]*$/.exec(second.trim())?.[0] ?? ''
  const least = quantity(flag, /[a-z]$/.test(first.trim()) ? first : `${first}${unit}`, MS, takes, text)
  if (least > most) throw unlike(flag, text, 'a range whose first is not above its last')
  return [least, most]
}

/** `512`, `2KiB`, `2kB` in bytes. @throws {UsageError} */
export function byteCount(flag: string, text: string): number {
  return quantity(flag, text, BYTES, 'a size such as 512, 2KiB or 2kB')
}

/** `20Mbit/s` in bytes a second; `none` is no limit. @throws {UsageError} */
export function bandwidth(flag: string, text: string): number {
  if (text.trim() === 'none') return Infinity
  return quantity(flag, text, BITS, 'a bandwidth such as 20Mbit/s, or none for no limit') / 8
}

/** `20`, `20/s` or `30/min` a second. @throws {UsageError} */
export function perSecond(flag: string, text: string): number {
  return quantity(flag, text, PER_SECOND, 'a rate such as 20/s or 30/min')
}

/** `1%` or `0.01`. @throws {UsageError} */
export function share(flag: string, text: string): number {
  return quantity(flag, text, SHARES, 'a share such as 1% or 0.01')
}

/** A number without a unit. @throws {UsageError} */
export function plain(flag: string, text: string, takes = 'a number'): number {
  return quantity(flag, text, { '': 1 }, takes)
}

export function unlike(flag: string, text: string, takes: string): UsageError {
  return new UsageError(`${flag} is ${text === '' ? 'empty' : text}, it takes ${takes}`)
}

function quantity(flag: string, text: string, units: Units, takes: string, shown = text): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z%/]*)$/i.exec(text.trim()) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  if (digits === undefined || factor === undefined) throw unlike(flag, shown, takes)
  // by division where the factor is a fraction: 0.7 % is 0.007, and not 0.006999999999999999
  return factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor
}
