import type { PeerId } from '@libp2p/interface'
import type { Stack } from '@stoa/stack'
import type { EventLog } from '../events/event-log.ts'

/** Puts what happens in the stack into the log, until it is told to stop. */
export function relayEvents({ libp2p, discovery }: Stack, events: EventLog): () => void {
  const listening = new AbortController()
  const { signal } = listening
  let addresses = addressesOf(libp2p)

  // those that were there before anybody listened
  for (const peer of libp2p.getPeers()) connected(peer)
  libp2p.addEventListener('peer:connect', ({ detail }) => connected(detail), { signal })
  libp2p.addEventListener(
    'peer:disconnect',
    ({ detail }) => events.append({ event: 'peer:disconnect', peer: String(detail) }),
    { signal },
  )
  libp2p.addEventListener('self:peer:update', updated, { signal })
  discovery.addEventListener('target:reached', target, { signal })
  discovery.addEventListener('target:lost', target, { signal })
  return () => listening.abort()

  function connected(peer: PeerId): void {
    const [connection] = libp2p.getConnections(peer)
    // gone again before we were told
    if (connection === undefined) return
    const { direction, remoteAddr } = connection
    events.append({ event: 'peer:connect', peer: String(peer), direction, address: String(remoteAddr) })
  }

  function updated(): void {
    const now = addressesOf(libp2p)
    if (now.join() === addresses.join()) return
    addresses = now
    events.append({ event: 'addresses', addresses })
  }

  function target({ type, detail }: CustomEvent<{ connected: number; target: number }>): void {
    events.append({ event: type as 'target:reached' | 'target:lost', ...detail })
  }
}

function addressesOf(libp2p: Stack['libp2p']): string[] {
  return libp2p.getMultiaddrs().map(String)
}
