import { EnvelopeError, open } from './signed-envelope.ts'
import type { Codec } from '@stoa/codec'
import type { PeerId } from '@libp2p/interface'
import type { TopicCounters } from './core/counters.ts'
import type { Slots } from './net/wait.ts'

/**
 * - `accept`: deliver it here, and forward it.
 * - `ignore`: neither; its sender is not to blame. It is not asked for again within two minutes.
 * - `reject`: neither, and it costs whoever sent it score: the fifth graylists a peer.
 */
export type Verdict = 'accept' | 'ignore' | 'reject'

export interface ValidateContext {
  /** Hex of the message id. */
  readonly id: string
  /** The author, on signed topics: proven. */
  readonly from: PeerId | undefined
  /** The peer that handed it to us, which the verdict is about. */
  readonly receivedFrom: PeerId
  readonly receivedMs: number
  /** Aborts at the deadline, and when the topic is closed. */
  readonly signal: AbortSignal
}

export type Validate<T> = (value: T, context: ValidateContext) => Verdict | Promise<Verdict>

export interface ValidationInit<T> {
  wireTopic: string
  codec: Codec<T>
  isSigned: boolean
  validate: Validate<T> | undefined
  timeoutMs: number
  slots: Slots
  counters: TopicCounters
  /** Of the topic. */
  signal: AbortSignal
}

export interface Arrived {
  readonly id: string
  readonly from: PeerId
  readonly receivedMs: number
}

export type Judged<T> = { verdict: 'accept'; value: T; author: PeerId | undefined } | { verdict: 'ignore' | 'reject' }

/** From the bytes of a message to a verdict. Counts why; never throws. */
export async function judge<T>(init: ValidationInit<T>, arrived: Arrived, data: Uint8Array): Promise<Judged<T>> {
  await init.slots.acquire()
  try {
    if (init.signal.aborted) return { verdict: 'ignore' }
    return await judgeNow(init, arrived, data)
  } finally {
    init.slots.release()
  }
}

async function judgeNow<T>(init: ValidationInit<T>, arrived: Arrived, data: Uint8Array): Promise<Judged<T>> {
  const { codec, counters, isSigned, validate } = init
  let author: PeerId | undefined
  let value: T
  try {
    let payload = data
    if (isSigned) ({ author, payload } = await open(init.wireTopic, data))
    value = codec.decode(payload)
  } catch (error) {
    if (error instanceof EnvelopeError && error.code === 'bad-signature') counters.badSignature++
    else counters.malformed++
    return { verdict: 'reject' }
  }
  const verdict = validate === undefined ? 'accept' : await callValidate(init, validate, value, arrived, author)
  return verdict === 'accept' ? { verdict, value, author } : { verdict }
}

/** Application code: it may throw, hang, or return anything. */
async function callValidate<T>(
  init: ValidationInit<T>,
  validate: Validate<T>,
  value: T,
  { id, from: receivedFrom, receivedMs }: Arrived,
  from: PeerId | undefined,
): Promise<Verdict> {
  const { counters } = init
  const deadline = new AbortController()
  const late = Promise.withResolvers<'late' | 'closed'>()
  const timer = setTimeout(() => late.resolve('late'), init.timeoutMs)
  const onClose = (): void => late.resolve('closed')
  init.signal.addEventListener('abort', onClose, { once: true })
  try {
    const verdict = await Promise.race([
      validate(value, { id, from, receivedFrom, receivedMs, signal: deadline.signal }),
      late.promise,
    ])
    switch (verdict) {
      case 'accept':
        return verdict
      case 'ignore':
        counters.ignored++
        return verdict
      case 'reject':
        counters.rejected++
        return verdict
      case 'late':
        counters.validateTimedOut++
        deadline.abort(new Error(`validate took longer than ${init.timeoutMs} ms`))
        return 'ignore'
      case 'closed':
        deadline.abort(new Error('the topic was closed'))
        return 'ignore'
      default:
        counters.validateFailed++
        return 'ignore'
    }
  } catch {
    counters.validateFailed++
    return 'ignore'
  } finally {
    clearTimeout(timer)
    init.signal.removeEventListener('abort', onClose)
  }
}
