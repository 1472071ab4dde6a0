import type { Stack } from '@stoa/stack'
import type { Node } from '../node/node.ts'
import type { Observer } from './observer.ts'

/** By nearest rank. Not the label `quantile`, which is for summaries. */
const RANKS = { median: 0.5, p90: 0.9, max: 1 }

/** Whom the node is connected to, and how far they are. */
export function observePeers(
  { gauge }: Observer,
  { libp2p, node }: { libp2p: Pick<Stack['libp2p'], 'getConnections'>; node: Node },
): void {
  gauge('stoa_peers', 'Connected peers', [], tell => tell(node.status().peers.connected, {}))
  gauge('stoa_peers_of_network', 'Connected peers that are of our network', [], tell =>
    tell(node.status().peers.members, {}),
  )
  gauge('stoa_peers_target', 'Peers that the node wants to be connected to', [], tell =>
    tell(node.status().peers.target, {}),
  )
  gauge('stoa_peers_known', 'Peers in the address book', [], tell => tell(node.status().peers.known, {}))
  gauge(
    'stoa_peers_rtt_seconds',
    'Round trips to the connected peers, as the last ping of each found them: their median, 90 % and largest',
    ['rank'],
    tell => {
      const rtts = libp2p
        .getConnections()
        .map(({ rtt }) => rtt)
        .filter(rtt => rtt !== undefined)
        .sort((a, b) => a - b)
      if (rtts.length === 0) return
      for (const [rank, share] of Object.entries(RANKS)) {
        tell(rtts[Math.ceil(share * rtts.length) - 1]! / 1_000, { rank })
      }
    },
  )
}
