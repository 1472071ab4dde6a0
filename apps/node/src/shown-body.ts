/** Bytes as the API and the command line show them. */
export interface ShownBody {
  /** Their length. */
  bytes: number
  /** Where they are UTF-8. */
  text?: string
  /** Where they are not. */
  base64?: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function showBody(body: Uint8Array): ShownBody {
  const bytes = body.byteLength
  try {
    return { bytes, text: utf8.decode(body) }
  } catch {
    return { bytes, base64: Buffer.from(body.buffer, body.byteOffset, bytes).toString('base64') }
  }
}

/** What was shown, byte for byte. */
export function shownBytes({ text, base64 }: Pick<ShownBody, 'text' | 'base64'>): Buffer {
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text)
}
