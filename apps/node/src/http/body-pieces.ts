import { ApiError } from './errors.ts'

/** How long the next piece of a body may take, in ms, while it is waited for. */
const PIECE_TIMEOUT_MS = 60_000

/** A body of any length as it comes, no faster than it is taken. @throws {ApiError} `too-slow` */
export async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  timeoutMs = PIECE_TIMEOUT_MS,
): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  let isDone = false
  try {
    for (;;) {
      const { value, done } = await within(reader.read(), timeoutMs)
      isDone = done
      if (value === undefined) return
      yield value
    }
  } finally {
    if (!isDone) await reader.cancel().catch(() => {})
  }
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new ApiError('too-slow', `nothing more of the body came within ${timeoutMs / 1_000} s`)),
    timeoutMs,
  )
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
