import { StackError } from './errors.ts'
import { limits, optionsSchema } from './options.ts'
import { torOptions } from './tor/check-options.ts'
import type { z } from 'zod'
import type { StackInit, StackOptions } from './options.ts'

/** @throws {StackError} `bad-option` or `clearnet-address`, saying which option, what it got and what it takes. */
export function resolveOptions(init: unknown): StackOptions {
  const result = optionsSchema.safeParse(init)
  if (result.success) return torOptions(checkParts(result.data, init as StackInit), init as StackInit)
  throw new StackError('bad-option', result.error.issues.map(issue => explain(issue, init)).join('; '))
}

/** What each of these parts is built on. */
const NEEDS = {
  offers: ['broadcast'],
  mailbox: ['broadcast', 'direct'],
  measure: ['broadcast', 'direct'],
} as const

/** Without what it is built on a part is left out, and options of it are a mistake. */
function checkParts(options: StackOptions, init: StackInit): StackOptions {
  let checked = options
  for (const part of ['offers', 'mailbox', 'measure'] as const) {
    const missing = NEEDS[part].filter(needed => options[needed] === false)
    if (missing.length === 0) continue
    if (init[part] !== undefined && init[part] !== false) {
      const need = part === 'offers' ? 'offers need' : `${part} needs`
      throw new StackError(
        'bad-option',
        `option ${part} is set and ${missing.join(' and ')} is false; ${need} ${NEEDS[part].join(' and ')}`,
      )
    }
    checked = { ...checked, [part]: false }
  }
  return checked
}

function explain(issue: z.core.$ZodIssue, init: unknown): string {
  const where = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = where === 'limits' ? Object.keys(limits.shape) : Object.keys(optionsSchema.shape)
    return `${where === '' ? 'createStack' : `option ${where}`} has no option ${issue.keys.join(', ')}; it takes ${known.join(', ')}`
  }
  const got: unknown = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], init)
  const name = issue.path.filter(key => typeof key === 'string')
  const schema =
    name[0] === 'limits' && name[1] !== undefined
      ? limits.shape[name[1] as keyof typeof limits.shape]
      : optionsSchema.shape[name[0] as keyof typeof optionsSchema.shape]
  return `option ${where} is ${name[0] === 'privateKey' ? 'something else' : show(got)}; it takes ${schema?.description ?? 'an object of options'} (${issue.message})`
}

function show(value: unknown): string {
  const shown =
    typeof value === 'bigint' || typeof value === 'function'
      ? `a ${typeof value}`
      : (JSON.stringify(value) ?? String(value))
  return shown.length > 120 ? `${shown.slice(0, 117)}...` : shown
}
