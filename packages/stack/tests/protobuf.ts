// As much of protobuf as it takes to say by hand what no honest implementation says.

/** A field of bytes; of a number when it is one byte. */
export function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.byteLength), bytes])
}

export interface Field {
  number: number
  bytes?: Buffer
}

export function fields(message: Uint8Array): Field[] {
  const buffer = Buffer.from(message)
  const found: Field[] = []
  let at = 0
  while (at < buffer.byteLength) {
    const tag = next()
    if ((tag & 7) === 0) {
      next()
      found.push({ number: tag >> 3 })
    } else {
      const length = next()
      found.push({ number: tag >> 3, bytes: buffer.subarray(at, at + length) })
      at += length
    }
  }
  return found

  function next(): number {
    let value = 0
    for (let place = 1; ; place *= 128) {
      const byte = buffer[at++]!
      value += (byte & 127) * place
      if (byte < 128) return value
    }
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.of(...bytes, rest)
    bytes.push((rest % 128) | 128)
  }
}
