import { createInterface } from 'node:readline'
import type { AnswerOf, ArgumentsOf, MessageEvent, Name } from './commands.ts'

export type Handlers = { [N in Name]?: (args: ArgumentsOf<N>) => AnswerOf<N> | Promise<AnswerOf<N>> }

/** A failure with a code of its own; every other error has the code `failed`. */
export class CommandError extends Error {
  override name = 'CommandError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A peer program written in TypeScript: answers commands until its input ends. */
export async function serve(handlers: Handlers, unsupported: Record<string, string> = {}): Promise<void> {
  for await (const line of createInterface(process.stdin)) {
    const { id, cmd, ...args } = JSON.parse(line) as { id: number; cmd: Name }
    void answer(handlers, unsupported, cmd, args).then(result => write({ id, ...result }))
  }
  process.exit(0)
}

export function tell(event: MessageEvent): void {
  write(event)
}

type Result = { ok: object } | { error: { code: string; message: string } }

async function answer(
  handlers: Handlers,
  unsupported: Record<string, string>,
  cmd: Name,
  args: object,
): Promise<Result> {
  const handler = handlers[cmd] as ((args: object) => object | Promise<object>) | undefined
  if (handler === undefined) {
    return { error: { code: 'unsupported', message: unsupported[cmd] ?? `there is no ${cmd} here` } }
  }
  try {
    return { ok: await handler(args) }
  } catch (error) {
    const { message, stack } = error as Error
    console.error(stack)
    return { error: { code: error instanceof CommandError ? error.code : 'failed', message } }
  }
}

function write(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
