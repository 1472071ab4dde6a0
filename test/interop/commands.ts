/**
 * What a peer program understands: one JSON object a line on its standard input, `{ id, cmd, …arguments }`, and one answer a line on its
 * standard output, `{ id, ok }` or `{ id, error: { code, message } }`. Bytes are hexadecimal. README.md says what each command must do.
 */
export interface Commands {
  hello: Command<object, Hello>
  start: Command<StartArguments, Started>
  dial: Command<{ addr: string }, { peer: string; transport?: string; security?: string; muxer?: string }>
  ping: Command<{ peer: string }, { ms: number }>
  identify: Command<{ peer: string }, { protocols: string[]; agent?: string }>
  peers: Command<object, { peers: string[] }>
  subscribe: Command<{ topic: string; size?: number }, object>
  publish: Command<{ topic: string; data: string }, { id: string }>
  counts: Command<{ topic: string }, Counts>
  dht: Command<{ protocol: string }, object>
  'find-peer': Command<{ peer: string }, { addrs: string[] }>
  'direct-serve': Command<{ protocol: string; behaviour: Behaviour }, object>
  'direct-request': Command<{ peer: string; protocol: string; data: string }, { data?: string; items?: string[] }>
  vectors: Command<{ dir: string }, { checked: Record<string, number>; failures: string[] }>
  'record-sign': Command<{ fields: RecordFields }, { bytes: string }>
  'record-verify': Command<{ bytes: string; network: string }, { valid: boolean; reason?: string }>
  offers: Command<object, object>
  'offer-put': Command<{ market: string; name: string; body: string; ttlMs: number }, { key: string }>
  'offers-list': Command<object, { offers: ListedOffer[] }>
  sync: Command<{ peer: string }, { received: number; sent: number; rounds: number }>
  'mail-key': Command<object, object>
  'mail-send': Command<{ to: string; body: string; byNetwork?: boolean }, { letter?: string }>
  'mail-sent': Command<object, { letters: Array<{ id: string; isDelivered: boolean }> }>
  'mail-list': Command<object, { letters: Array<{ id: string; from: string; body: string }> }>
  'mail-ack': Command<{ letter: string }, object>
  stop: Command<object, object>
}

/** How a served protocol answers: with the request; with an error; with three items: the request, twice it, three times it. */
export type Behaviour = 'echo' | 'fail' | 'stream'

export interface Hello {
  language: string
  version: Record<string, string>
  /** What this implementation cannot do, with the reason: the cells of these features are skips. */
  unsupported: Record<string, string>
}

export interface StartArguments {
  network: string
  listen: string[]
  /** The seed of an Ed25519 key; without it, a new one. */
  key?: string
  /** Only of Stoa: takes nobody into its mesh. */
  outsideMesh?: boolean
}

export interface Started {
  peer: string
  addrs: string[]
}

export interface Counts {
  /** Messages of others that were delivered. */
  delivered: number
  /** Further copies of them. */
  duplicates: number
  /** Peers in the mesh of the topic, where the implementation tells. */
  mesh?: number
  /** Of all topics; only Stoa tells. */
  iwantSent?: number
  iwantReceived?: number
}

export interface ListedOffer {
  key: string
  market: string
  name: string
  owner: string
  body: string
}

/** As in spec/vectors/record-valid.json: `seed` is the Ed25519 seed of the owner, `name` and `body` are hex; without a body it is a removal. */
export interface RecordFields {
  network: string
  seed: string
  space: string
  name: string
  seq: number
  createdMs: number
  expiresMs: number
  holdsMs?: number
  body?: string
}

export interface MessageEvent {
  event: 'message'
  topic: string
  data: string
  id: string
  from?: string
}

interface Command<Arguments extends object, Answer extends object> {
  arguments: Arguments
  answer: Answer
}

export type Name = keyof Commands
export type ArgumentsOf<N extends Name> = Commands[N]['arguments']
export type AnswerOf<N extends Name> = Commands[N]['answer']
