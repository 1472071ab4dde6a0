/** What a kind of peer can do in a bench. One process serves, another one asks. */
export interface Peer {
  /** Serves until the process ends; returns what the asking process needs to connect. */
  serve: () => Promise<string>
  /** Connects; every method is optional, because not every peer plays in every bench. */
  connect: (where: string) => Promise<{
    /** One echo of the payload. */
    request?: (payload: Uint8Array) => Promise<unknown>
    /** Sends this many bytes in order, resolves when the other side has confirmed that it has them all. */
    bulk?: (bytes: number) => Promise<void>
    close: () => Promise<void>
  }>
}

/** Bulk bytes are written in pieces of this size by every peer. */
export const PIECE_BYTES = 65_536
/** The confirmation of a bulk transfer: this many bytes arrived. */
export function confirmation(bytes: number): Uint8Array {
  const message = new Uint8Array(8)
  new DataView(message.buffer).setFloat64(0, bytes)
  return message
}
