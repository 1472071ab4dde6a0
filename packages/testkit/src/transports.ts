import { randomUUID } from 'node:crypto'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { plaintext } from '@libp2p/plaintext'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import type { Libp2pOptions } from 'libp2p'

export type TransportKind = 'memory' | 'tcp' | 'ws'
export type Encryption = 'noise' | 'plaintext'

export type TransportFactory = NonNullable<Libp2pOptions['transports']>[number]
export type EncrypterFactory = NonNullable<Libp2pOptions['connectionEncrypters']>[number]

export function transportFactory(kind: TransportKind): TransportFactory {
  switch (kind) {
    case 'memory':
      return memory()
    case 'tcp':
      return tcp()
    case 'ws':
      return webSockets()
  }
}

/** Loopback on a free port; memory addresses are unique, since all networks of a process share one space of them. */
export function listenAddress(kind: TransportKind): string {
  switch (kind) {
    case 'memory':
      return `/memory/${randomUUID()}`
    case 'tcp':
      return '/ip4/127.0.0.1/tcp/0'
    case 'ws':
      return '/ip4/127.0.0.1/tcp/0/ws'
  }
}

export function encrypterFactory(encryption: Encryption): EncrypterFactory {
  return encryption === 'noise' ? noise() : plaintext()
}
