import { checkTor } from './check-tor.ts'
import { ConfigError } from './error.ts'
import { OPTIONS } from './options.ts'
import type { z } from 'zod'
import type { NodeConfig, OptionName } from './options.ts'

/** What was given on the command line: the text of each option as it was typed. */
export type Flags = { [Name in OptionName]?: string | string[] | boolean }

export interface ConfigSources {
  flags: Flags
  env: { STOA_DATA?: string }
  file?: { path: string; text: string }
}

/** Where a value was given, as the user would say it. */
interface Given {
  value: unknown
  where: (path: readonly PropertyKey[]) => string
}

/**
 * The command line wins over the environment, that over the file, and that over the defaults.
 * @throws {ConfigError} saying which option, what it got, what it takes, and where
 */
export function resolveConfig({ flags, env, file }: ConfigSources): NodeConfig {
  const given = new Map<string, Given>()
  if (file !== undefined) for (const [name, value] of fromFile(file)) given.set(name, value)
  if (env.STOA_DATA) given.set('data', { value: env.STOA_DATA, where: () => 'the environment variable STOA_DATA' })
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue
    given.set(name, { value: typed(name, value), where: () => flagOf(name as OptionName) })
  }

  const config: Partial<Record<OptionName, unknown>> = {}
  for (const name of Object.keys(OPTIONS) as OptionName[]) {
    const one = given.get(name)
    const result = OPTIONS[name].safeParse(one?.value)
    if (!result.success) throw explain(result.error.issues[0]!, name, one!)
    config[name] = result.data
  }
  const checked = checkTor(config as NodeConfig, name => given.get(name)?.where([]))
  if (!checked.tor) return checked
  // through Tor some have other defaults, which the stack has
  return { ...checked, limits: (given.get('limits')?.value ?? {}) as NodeConfig['limits'] }
}

/** The command-line form of an option. */
export function flagOf(name: OptionName): string {
  if (name === 'mdns' || name === 'nat' || name === 'measure') return `--no-${name}`
  if (name === 'topics') return '--topic'
  return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

function fromFile({ path, text }: { path: string; text: string }): Array<[name: string, given: Given]> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new ConfigError(`${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`${path} holds ${show(parsed)}; it takes an object of options`)
  }
  return Object.entries(parsed).map(([name, value]) => {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new ConfigError(
        `${path} has an option ${JSON.stringify(name)}; it takes ${Object.keys(OPTIONS).join(', ')}`,
      )
    }
    const where = (inner: readonly PropertyKey[]): string => `${[name, ...inner.map(String)].join('.')} in ${path}`
    return [name, { value, where }]
  })
}

/** The command line has no numbers. */
function typed(name: string, value: string | string[] | boolean): unknown {
  return name === 'targetPeers' && typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
}

function explain(issue: z.core.$ZodIssue, name: OptionName, { value, where }: Given): ConfigError {
  const got: unknown = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], value)
  if (issue.code === 'unrecognized_keys') {
    return new ConfigError(`${where(issue.path)} has no option ${issue.keys.join(', ')}`)
  }
  const path = issue.path.filter(key => typeof key === 'string')
  const takes = path.length === 0 ? OPTIONS[name].description : undefined
  return new ConfigError(`${where(path)} is ${show(got)}; it takes ${takes ?? issue.message}`)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}
