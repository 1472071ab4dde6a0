import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenTor, TorOptions } from './open-tor.ts'

/**
 * Starts Tor, or connects to one that runs, and waits until it is in its network. Without a data directory the onion address lasts as
 * long as the node.
 * @throws {TorError}
 */
export async function openTor(options: TorOptions, dataDir: string | undefined): Promise<OpenTor> {
  // loaded here, so that a node in the open does not have it in memory
  const { startTor, tor: transport } = await import('@stoa/tor')
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'stoa-')))
  const { bridge: _, ...init } = options
  const isReachable = options.socks === undefined || options.control !== undefined
  const cleanUp = async (): Promise<void> => {
    if (dataDir === undefined) await rm(directory, { recursive: true, force: true })
  }
  try {
    const tor = await startTor({ ...init, dataDir: directory })
    return {
      tor,
      transport: transport(tor),
      listen: isReachable ? [String(tor.onion())] : [],
      close: async () => {
        await tor.stop()
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}
