// What peers send is shown on a terminal, which takes control characters as commands: to move, to rewrite what stands above,
// to set the clipboard. Bidirectional controls make a text read as another one (CVE-2021-42574).
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/** One line that does nothing to a terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escape)
}

/** As `printable`, but line breaks stay: the lines after the first are set off, so that no text can pretend to be another message. */
export function printableLines(text: string, indent = '    '): string {
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map(line => printable(line.replaceAll('\t', '  ')))
    .join(`\n${indent}`)
}

/** JSON on one line, without the characters that JSON allows and terminals obey. */
export function jsonLine(value: unknown): string {
  return safeJson(JSON.stringify(value))
}

/** The same for JSON that is there already. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE, escape)
}

/** Columns as wide as their widest cell, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map(row => row.map(printable))
  const widths = (safe[0] ?? []).map((_, column) => Math.max(...safe.map(row => row[column]?.length ?? 0)))
  return safe
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** 3 d, 2 h, 5 min, 8 s */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** 49,854 */
export function count(value: number): string {
  return value.toLocaleString('en')
}

/** 12.3 MB; below one, bytes. */
export function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${count(bytes)} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
