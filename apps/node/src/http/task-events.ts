import { INTERNAL, errorAnswer } from './errors.ts'

export interface TaskInit<Progress> {
  signal: AbortSignal
  onProgress: (progress: Progress) => void
}

/**
 * A task that takes long, as server-sent events: `progress`, of which a slow reader gets the newest alone, and last `report` or `error`. A reader that
 * leaves ends the task. What goes wrong before there is any progress is thrown, so that the answer has a fitting status.
 */
export async function taskEvents<Progress, Report>(
  task: (init: TaskInit<Progress>) => Promise<Report>,
  init: { signal: AbortSignal; onBug: (error: unknown) => void },
): Promise<ReadableStream<Uint8Array>> {
  const leaving = new AbortController()
  let changed = Promise.withResolvers<void>()
  let progress: Progress | undefined
  let end: { report: Report } | { error: unknown } | undefined
  task({
    signal: AbortSignal.any([init.signal, leaving.signal]),
    onProgress: now => {
      progress = now
      changed.resolve()
    },
  }).then(
    report => finished({ report }),
    (error: unknown) => finished({ error }),
  )
  await changed.promise
  if (progress === undefined && end !== undefined && 'error' in end) throw end.error

  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      pull: async controller => {
        await changed.promise
        if (leaving.signal.aborted) return
        changed = Promise.withResolvers()
        if (progress !== undefined) controller.enqueue(encoder.encode(frame('progress', progress)))
        progress = undefined
        if (end === undefined) return
        controller.enqueue(
          encoder.encode('report' in end ? frame('report', end.report) : frame('error', told(end.error))),
        )
        controller.close()
      },
      cancel: () => leaving.abort(),
    },
    { highWaterMark: 0 },
  )

  function finished(how: NonNullable<typeof end>): void {
    end = how
    changed.resolve()
  }

  function told(error: unknown): unknown {
    const answer = errorAnswer(error)
    if (answer === undefined) init.onBug(error)
    return (answer ?? INTERNAL).body
  }
}

/** JSON holds no line break, so `data` is one line. */
function frame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
