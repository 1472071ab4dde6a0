import { constants } from 'node:fs'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from './usage-error.ts'

/** Made before anything runs: a run of ten minutes must not end with nowhere to go. @throws {UsageError} */
export async function outputDirectory(path: string): Promise<string> {
  try {
    await makeDirectory(resolve(path))
    await access(path, constants.W_OK)
  } catch (error) {
    throw new UsageError(`--out is ${path}, it takes a directory that can be written: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return path
}

/** Node's own recursive mkdir never returns below /proc: it takes the ENOENT that it gets there for a parent that is missing. */
async function makeDirectory(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (isThere) return
  const parent = dirname(path)
  if (parent !== path) await makeDirectory(parent)
  await mkdir(path)
}

export async function write(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  return path
}
