import type { StackOptions } from './options.ts'
import type { Mode } from './tor/mode.ts'
import type { OpenTor, TorOptions } from './tor/open-tor.ts'
import type { noise } from '@libp2p/noise'
import type { PeerDiscovery, PrivateKey } from '@libp2p/interface'
import type { MulticastDNSComponents } from '@libp2p/mdns'
import type { SecretStore } from '@stoa/mailbox'
import type { Level } from '@stoa/replica'
import type { yamux, YamuxMuxerInit } from '@libp2p/yamux'
import type { Datastore } from 'interface-datastore'
import type { Libp2pOptions, ServiceFactoryMap } from 'libp2p'

/** An open data directory. */
export interface OpenData {
  privateKey: PrivateKey
  /** The key was made just now: nobody can have used it before. */
  isNewIdentity: boolean
  datastore: Datastore
  /** What every node keeps. Not part of the datastore: it is closed and opened again after a full disk. */
  replicas: Level
  /** The private parts of mail keys, which can be erased for good. */
  secrets: SecretStore
  /** Listen addresses with the ports that were used last time, where those are free. */
  withLastPorts: (listen: string[]) => Promise<string[]>
  /** Remembers the ports for next time. */
  keepPorts: (listen: string[], actual: string[]) => Promise<void>
  close: () => Promise<void>
}

/** What differs between Node and a browser, behind the import condition `#platform`. */
export interface Platform {
  listen: readonly string[]
  transports: (options: StackOptions) => NonNullable<Libp2pOptions['transports']>
  encrypter: (options: StackOptions) => ReturnType<typeof noise>
  muxer: (options: StackOptions, init: YamuxMuxerInit) => ReturnType<typeof yamux>
  mdns: ((serviceTag: string) => (components: MulticastDNSComponents) => PeerDiscovery) | undefined
  natServices: (options: StackOptions) => ServiceFactoryMap
  /** A directory, or the name of a browser's database. @throws {StackError} `data-in-use` or `data-unreadable` */
  openReplicas: (name: string) => Promise<Level>
  /** @throws {StackError} `data-in-use`, `data-unreadable` or `wrong-world` */
  openData: (directory: string, given: PrivateKey | undefined, mode: Mode) => Promise<OpenData>
  /** @throws {TorError}, or {StackError} `bad-option` in a browser */
  openTor: (options: TorOptions, dataDir: string | undefined) => Promise<OpenTor>
}
