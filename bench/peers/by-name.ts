import type { Peer } from './peer.ts'

export type PeerName = 'stoa' | 'hyperswarm' | 'http2' | 'tls'

export async function peerOf(name: PeerName): Promise<Peer> {
  switch (name) {
    case 'stoa':
      return (await import('./stoa.ts')).stoa
    case 'hyperswarm':
      return (await import('./hyperswarm.ts')).hyperswarm
    case 'http2':
      return (await import('./http2.ts')).http2
    case 'tls':
      return (await import('./tls.ts')).tls
  }
}
