import { StackError } from './errors.ts'
import type { Level } from '@stoa/replica'

/** Opens a database, saying which one when it does not. @throws {StackError} `data-in-use` or `data-unreadable` */
export async function openLevel<Database extends Level>(level: Database, name: string): Promise<Database> {
  try {
    await level.open()
    return level
  } catch (cause) {
    if (hasCode(cause, 'LEVEL_LOCKED')) {
      throw new StackError(
        'data-in-use',
        `${name} is in use by another process: stop it, or give this node another data directory`,
        { cause },
      )
    }
    throw new StackError('data-unreadable', `${name} cannot be opened: ${reason(cause)}`, { cause })
  }
}

/** abstract-level says "Database failed to open" and keeps why in its cause. */
export function hasCode(error: unknown, code: string): boolean {
  for (let at = error as { code?: string; cause?: unknown } | undefined; at != null; at = at.cause as typeof at) {
    if (at.code === code) return true
  }
  return false
}

export function reason(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
