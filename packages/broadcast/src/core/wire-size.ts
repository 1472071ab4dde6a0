/**
 * spec/broadcast.md §4: no message may be longer on the wire, in bytes. rust-gossipsub refuses longer frames (`max_transmit_size`),
 * and punishes whoever sent them.
 */
export const MAX_MESSAGE_BYTES = 65_536

/**
 * Length in bytes of a gossipsub RPC that carries this message alone, as StrictNoSign writes it: RPC { messages: [{ data, topic }] },
 * without the length prefix of the frame. It is what the limits of §4 count.
 */
export function wireBytes(topicBytes: number, dataBytes: number): number {
  const message = field(dataBytes) + field(topicBytes)
  return field(message)
}

/** tag, length, content */
function field(bytes: number): number {
  return 1 + varintLength(bytes) + bytes
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++
  return length
}
