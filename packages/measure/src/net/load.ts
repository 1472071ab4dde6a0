import { MeasureError } from '../errors.ts'
import { LOAD_CHUNK_BYTES } from '../limits.ts'
import { measureError } from './direct-errors.ts'
import type { Target } from '@stoa/direct'
import type { MeasureComponents } from '../components.ts'
import type { LoadRequest } from '../gen/measure.js'
import type { LoadProtocol } from './protocol.ts'

/** Chunks on the way at one time: 2 MiB, twice what a stream's window lets a peer send unread. */
const MAX_IN_FLIGHT = 32
/** While chunks take longer than this there, in ms, no more of them are sent at a time: the path is full, or slow. */
const SLOW_MS = 500

export interface LoadInit {
  direct: MeasureComponents['direct']
  protocol: LoadProtocol
  now: () => number
  maxLoadMs: number
  signal: AbortSignal
}

export interface Throughput {
  sendBytesPerSecond: number
  receiveBytesPerSecond: number
  bytes: number
}

/** Sends so many bytes, then fetches as many. @throws {MeasureError} */
export async function measureLoad(init: LoadInit, target: Target, bytes: number): Promise<Throughput> {
  const { direct, protocol, signal } = init
  try {
    await direct.request(target, protocol, { reserve: bytes }, { signal })
    const chunk = new Uint8Array(LOAD_CHUNK_BYTES)
    const sendBytesPerSecond = await move(init, target, bytes, size => ({
      data: size === chunk.byteLength ? chunk : chunk.subarray(0, size),
    }))
    const receiveBytesPerSecond = await move(init, target, bytes, size => ({ give: size }))
    return { sendBytesPerSecond, receiveBytesPerSecond, bytes }
  } catch (error) {
    throw measureError(error)
  }
}

/** Bytes a second of what was confirmed until all were, or the time was up. */
async function move(
  { direct, protocol, now, maxLoadMs, signal }: LoadInit,
  target: Target,
  bytes: number,
  request: (size: number) => LoadRequest,
): Promise<number> {
  const timeUp = new AbortController()
  const timer = setTimeout(() => timeUp.abort(), maxLoadMs)
  const both = AbortSignal.any([signal, timeUp.signal])
  const startMs = now()
  let [left, moved, lastMs] = [bytes, 0, startMs]
  let failure: unknown

  const exchange = async (size: number): Promise<void> => {
    const wanted = request(size)
    const { data } = await direct.request(target, protocol, wanted, { signal: both, timeoutMs: 2 * maxLoadMs })
    if (data.byteLength !== (wanted.give ?? 0)) {
      throw new MeasureError('malformed', `the peer gave ${data.byteLength} bytes where ${wanted.give ?? 0} were due`)
    }
    moved += size
    lastMs = now()
  }
  const lanes: Array<Promise<void>> = []
  const lane = async (): Promise<void> => {
    while (left > 0 && failure === undefined && !both.aborted) {
      const size = Math.min(left, LOAD_CHUNK_BYTES)
      left -= size
      const askedMs = now()
      try {
        await exchange(size)
      } catch (error) {
        failure ??= error
      }
      if (lanes.length < MAX_IN_FLIGHT && now() - askedMs < SLOW_MS) lanes.push(lane())
    }
  }

  lanes.push(lane(), lane())
  // there may be more when the first are done
  for (const running of lanes) await running
  clearTimeout(timer)
  // what was under way when the time was up is not counted
  if (failure !== undefined && (signal.aborted || !timeUp.signal.aborted)) throw failure
  return lastMs > startMs ? (moved * 1_000) / (lastMs - startMs) : 0
}
