import { MIN_MESSAGE_BYTES } from './settings.ts'

/** Messages of the warm-up are numbered from here: they are real, and not measured. */
const WARM_UP = 2 ** 31

/** Deliveries and copies in typed arrays: a run has millions of them, and what notes them must not be what is measured. */
export class Collector {
  readonly nodes: number
  readonly messages: number
  readonly publishedMs: Float64Array
  /** Message by message, for each node: after publishing, in ms; NaN where it did not arrive. */
  readonly delaysMs: Float32Array
  /** Message by message, for each node: how many copies arrived. 255 stands for more, too. */
  readonly copies: Uint8Array
  readonly authors: Int32Array
  delivered = 0
  warmUpDelivered = 0
  #warmUps = 0

  constructor(messages: number, nodes: number) {
    this.nodes = nodes
    this.messages = messages
    this.publishedMs = new Float64Array(messages).fill(NaN)
    this.delaysMs = new Float32Array(messages * nodes).fill(NaN)
    this.copies = new Uint8Array(messages * nodes)
    this.authors = new Int32Array(messages).fill(-1)
  }

  get expected(): number {
    return this.messages * (this.nodes - 1)
  }

  /** Bytes of its own for each message: `index`, or undefined for one that is not measured. */
  payload(bytes: number, index?: number): Uint8Array {
    const payload = new Uint8Array(bytes)
    crypto.getRandomValues(payload)
    writeNumber(payload, index ?? WARM_UP + this.#warmUps++)
    return payload
  }

  published(index: number, author: number, nowMs: number): void {
    this.publishedMs[index] = nowMs
    this.authors[index] = author
  }

  arrived(payload: Uint8Array, node: number): void {
    const index = readNumber(payload)
    if (index < this.messages && this.copies[index * this.nodes + node]! < 255)
      this.copies[index * this.nodes + node]!++
  }

  deliver(payload: Uint8Array, node: number, nowMs: number): void {
    const index = readNumber(payload)
    if (index >= this.messages) {
      this.warmUpDelivered++
      return
    }
    this.delaysMs[index * this.nodes + node] = nowMs - this.publishedMs[index]!
    this.delivered++
  }
}

function writeNumber(payload: Uint8Array, value: number): void {
  payload.set([value >>> 24, value >>> 16, value >>> 8, value])
}

function readNumber(payload: Uint8Array): number {
  if (payload.byteLength < MIN_MESSAGE_BYTES) return WARM_UP
  return ((payload[0]! << 24) | (payload[1]! << 16) | (payload[2]! << 8) | payload[3]!) >>> 0
}
