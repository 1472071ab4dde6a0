import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DialOnlyTor } from './dial-only-tor.ts'
import { aborted, TorError } from './errors.ts'
import { openOnionKey } from './onion/key.ts'
import { resolveOptions } from './options.ts'
import { OwnTor } from './process/own-tor.ts'
import { openDirectories } from './process/run-directory.ts'
import { RunningTor } from './process/existing-tor.ts'
import { SupervisedTor } from './supervised-tor.ts'
import type { TorOptions } from './options.ts'
import type { TorSource } from './process/source.ts'
import type { StartTorInit, Tor } from './tor.ts'

/**
 * Starts a Tor of our own, or joins one that runs already, and resolves when it is in its network.
 * @throws {TorError} saying what to do
 */
export async function startTor(init: StartTorInit): Promise<Tor> {
  const options = resolveOptions(init)
  const signal = init.signal ?? new AbortController().signal
  if (signal.aborted) throw aborted(signal)
  const dataDir = resolve(init.dataDir)
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new TorError('bad-option', `dataDir cannot be made: ${(cause as Error).message}`, { cause })
  })
  const key = await openOnionKey(join(dataDir, 'onion.key'))
  const { existing } = options
  if (existing?.socks !== undefined && existing.control === undefined) {
    return DialOnlyTor.open(options, key, existing.socks, signal)
  }
  const source = await openSource(options, dataDir)
  const tor = new SupervisedTor({ options, key, source })
  tor.addEventListener('bootstrap', ({ detail }) => init.onBootstrap?.(detail))
  try {
    await tor.start(signal)
    if (init.waitForBootstrap !== false) await tor.bootstrapped(signal)
    return tor
  } catch (error) {
    await tor.stop()
    throw error
  }
}

async function openSource(options: TorOptions, dataDir: string): Promise<TorSource> {
  const { existing, controlTimeoutMs } = options
  if (existing?.control !== undefined) return new RunningTor(existing, existing.control, controlTimeoutMs)
  return new OwnTor(options, await openDirectories(dataDir))
}
