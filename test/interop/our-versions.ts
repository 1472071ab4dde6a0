import { readFileSync } from 'node:fs'

interface Manifest {
  dependencies?: Record<string, string>
}

const ROOT = new URL('../../packages/', import.meta.url)

/** What a package of ours pins, not what happens to be installed: docs/interop.md is made of it. */
export const OUR_VERSIONS: Record<string, string> = {
  libp2p: pinned('stack', 'libp2p'),
  '@libp2p/noise': pinned('stack', '@libp2p/noise'),
  '@libp2p/yamux': pinned('stack', '@libp2p/yamux'),
  '@libp2p/gossipsub': pinned('broadcast', '@libp2p/gossipsub'),
  '@libp2p/kad-dht': pinned('discovery', '@libp2p/kad-dht'),
}

function pinned(room: string, dependency: string): string {
  const manifest = JSON.parse(readFileSync(new URL(`${room}/package.json`, ROOT), 'utf8')) as Manifest
  const version = manifest.dependencies?.[dependency]
  if (version === undefined) throw new Error(`packages/${room}/package.json has no ${dependency}`)
  return version
}
