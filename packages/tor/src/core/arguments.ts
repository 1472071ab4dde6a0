/** The arguments of a line: `BOOTSTRAP PROGRESS=45 SUMMARY="Loading"`. */
export interface Arguments {
  words: string[]
  named: ReadonlyMap<string, string>
}

const ARGUMENT = /\s*(?:([\w/-]+)=)?("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/gsy
const ESCAPE = /\\([0-7]{1,3}|.)/gs
const CONTROL: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** Whatever it cannot read it leaves out: a missing argument is for the caller to complain of. */
export function parseArguments(text: string): Arguments {
  const words: string[] = []
  const named = new Map<string, string>()
  for (const [, name, value = ''] of text.matchAll(ARGUMENT)) {
    if (name !== undefined) named.set(name, unquoted(value))
    else if (value !== '') words.push(unquoted(value))
  }
  return { words, named }
}

/** control-spec §2.1.1: C escapes inside quotes. Octal ones are bytes of UTF-8. */
function unquoted(value: string): string {
  if (!value.startsWith('"')) return value
  const inner = value.slice(1, -1)
  if (!inner.includes('\\')) return inner
  const bytes = inner.replace(ESCAPE, (_, escaped: string) =>
    /^[0-7]/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8) & 0xff) : (CONTROL[escaped] ?? escaped),
  )
  // what was not escaped is text already, beyond ASCII perhaps: then there are no bytes to put together
  return /[^\0-\xff]/.test(bytes) ? bytes : utf8(bytes)
}

function utf8(bytes: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, char => char.charCodeAt(0)))
  } catch {
    return bytes
  }
}
