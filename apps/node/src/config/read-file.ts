import { open } from 'node:fs/promises'
import { ConfigError } from './error.ts'

const MAX_CONFIG_BYTES = 1_048_576

/** @throws {ConfigError} */
export async function readConfigFile(path: string): Promise<{ path: string; text: string }> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > MAX_CONFIG_BYTES) throw new Error(`it is ${size} bytes, the limit is ${MAX_CONFIG_BYTES}`)
    return { path, text: await file.readFile('utf8') }
  } catch (cause) {
    throw new ConfigError(`configuration file ${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
