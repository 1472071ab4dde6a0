const LINE_FEED = 10
const CARRIAGE_RETURN = 13

export interface Line {
  /** From 1. */
  number: number
  /** Without its line break; undefined when it is longer than the limit. */
  bytes: Uint8Array | undefined
  /** Its length in bytes. */
  length: number
}

/** The lines of a stream that are not blank. One that is longer than `maxBytes` is passed over without being held. */
export async function* readLines(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  let held: Uint8Array[] = []
  let length = 0
  let last = 0
  let number = 0

  for await (const chunk of source) {
    let at = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, at)) {
      hold(chunk.subarray(at, end))
      at = end + 1
      const line = take()
      if (line !== undefined) yield line
    }
    hold(chunk.subarray(at))
  }
  const unended = take()
  if (unended !== undefined) yield unended

  function hold(part: Uint8Array): void {
    length += part.byteLength
    // a carriage return more than the limit may still be cut off
    if (length > maxBytes + 1) held = []
    else if (part.byteLength > 0) held.push(part)
    last = part.at(-1) ?? last
  }

  function take(): Line | undefined {
    const withoutBreak = last === CARRIAGE_RETURN && length > 0 ? length - 1 : length
    const bytes = withoutBreak > maxBytes ? undefined : join(held).subarray(0, withoutBreak)
    held = []
    length = 0
    number++
    return withoutBreak === 0 ? undefined : { number, bytes, length: withoutBreak }
  }
}

function join(parts: Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}
