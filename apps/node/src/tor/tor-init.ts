import { open } from 'node:fs/promises'
import { ConfigError } from '../config/error.ts'
import type { NodeConfig } from '../config/options.ts'
import type { StackInit } from '@stoa/stack'

const MAX_PASSWORD_BYTES = 1_024

type Init = Exclude<NonNullable<StackInit['tor']>, boolean>

/** What createStack takes for the options of Tor; false in the open. @throws {ConfigError} for a password file that cannot be used */
export async function torInit(config: NodeConfig, more: Pick<Init, 'onBootstrap' | 'signal'>): Promise<Init | false> {
  if (!config.tor) return false
  const { torBridge, torSocks, torControl, torPasswordFile, torProgram, torPort, torrc } = config
  return {
    bridge: torBridge,
    socks: torSocks,
    control: torControl,
    controlPassword: torPasswordFile === undefined ? undefined : await readPassword(torPasswordFile),
    program: torProgram,
    port: torPort,
    torrc,
    ...more,
  }
}

/** Not on the command line, which everybody on the machine can read. */
async function readPassword(path: string): Promise<string> {
  try {
    await using file = await open(path)
    const { size, mode } = await file.stat()
    if (size > MAX_PASSWORD_BYTES) throw new Error(`it is ${size} bytes, the limit is ${MAX_PASSWORD_BYTES}`)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new Error('others can read it: chmod 600 it')
    return (await file.readFile('utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new ConfigError(`the password file ${path} cannot be used: ${(cause as Error).message}`, { cause })
  }
}
