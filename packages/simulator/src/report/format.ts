/** Numbers as a reader wants them: as many digits as say something. */

/** 12,345 */
export function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 })
}

/** 0.35, 12.3, 1,234 */
export function number(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** 2, 1.2: a dilation, which has at most two digits after the point. */
export function factor(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

/** 0.35 ms, 180 ms, 12.3 s */
export function milliseconds(ms: number): string {
  return Math.abs(ms) < 10_000 ? `${number(ms)} ms` : seconds(ms)
}

/** 8 s, 4.2 min */
export function seconds(ms: number): string {
  return ms < 120_000 ? `${number(Math.round(ms / 100) / 10)} s` : `${number(Math.round(ms / 6_000) / 10)} min`
}

/** 512 bytes, 2 KiB, 1.5 MiB */
export function bytes(value: number): string {
  let scaled = value
  for (const unit of ['bytes', 'KiB', 'MiB', 'GiB']) {
    if (scaled < 1_024 || unit === 'GiB') return `${unit === 'bytes' ? count(scaled) : number(scaled)} ${unit}`
    scaled /= 1_024
  }
  return ''
}

/** 20 Mbit/s */
export function bitRate(bytesPerSecond: number): string {
  if (bytesPerSecond === Infinity) return 'no limit'
  const bits = bytesPerSecond * 8
  if (bits >= 1e9) return `${number(bits / 1e9)} Gbit/s`
  if (bits >= 1e6) return `${number(bits / 1e6)} Mbit/s`
  return bits >= 1e3 ? `${number(bits / 1e3)} kbit/s` : `${number(bits)} bit/s`
}

/** 99.98 %, and 100 % for nothing less than all. */
export function percent(share: number): string {
  const value = share * 100
  if (share === 1 || share === 0) return `${value} %`
  // rounded towards what was missed: 100 % says that nothing was
  const shown = value < 1 ? Math.ceil(value * 1_000) / 1_000 : Math.floor(value * 100) / 100
  return `${shown.toLocaleString('en', { maximumFractionDigits: 3 })} %`
}

/** 3 min 20 s, 1 h 5 min: what is left, or what it took. */
export function span(secondsOfTime: number): string {
  const whole = Math.max(0, Math.round(secondsOfTime))
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return joined(Math.floor(whole / 60), 'min', whole % 60, 's')
  return joined(Math.floor(whole / 3_600), 'h', Math.floor((whole % 3_600) / 60), 'min')
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
