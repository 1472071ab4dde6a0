import { generateKeyPair } from '@libp2p/crypto/keys'
import { createStackNetwork } from '@stoa/testkit/stack'
import { until } from '@stoa/testkit'
import { MemoryLevel } from 'memory-level'
import { offers } from '../src/index.ts'
import type { StackNetwork, StackNetworkInit } from '@stoa/testkit/stack'
import type { PrivateKey } from '@libp2p/interface'
import type { Level } from '@stoa/replica'
import type {
  ListOptions,
  Offer,
  OfferEvent,
  OffersComponents,
  OffersInit,
  OffersService,
  Watch,
} from '../src/index.ts'

export interface OffersNetwork extends StackNetwork {
  offers(index: number): OffersService
  /** What the node keeps its offers in, for one that comes back. */
  level(index: number): Level
  /** Its identity, for a second device of it. */
  key(index: number): PrivateKey
  /** One more node, connected to nobody. */
  join(init?: Joining): Promise<OffersService>
  /** Without a word: its connections are cut before it stops. */
  kill(index: number): Promise<void>
}

export interface Joining {
  level?: Level
  privateKey?: PrivateKey
  options?: OffersInit
}

/** Nodes that run offers(), over what a stack has. */
export async function offersNetwork(
  init: Omit<StackNetworkInit, 'stack'>,
  options: OffersInit | ((index: number) => OffersInit) = {},
): Promise<OffersNetwork> {
  const levels: Level[] = []
  const keys: PrivateKey[] = await Promise.all(Array.from({ length: init.size }, () => generateKeyPair('Ed25519')))
  const stackOf = (index: number, { level = new MemoryLevel(), privateKey = keys[index]!, options: own }: Joining) => {
    levels[index] = level
    keys[index] = privateKey
    const given = own ?? (typeof options === 'function' ? options(index) : options)
    return {
      discovery: false,
      direct: false,
      offers: false,
      mailbox: false,
      privateKey,
      services: {
        offers: (components: unknown) =>
          offers({ network: 'test', store: level, ...given })(components as OffersComponents),
      },
    } as const
  }
  const network = await createStackNetwork({ topology: 'full', ...init, stack: index => stackOf(index, {}) })
  const offersOf = (index: number): OffersService => network.stack(index).services.offers as OffersService
  return Object.assign(network as unknown as StackNetwork, {
    offers: offersOf,
    level: (index: number) => levels[index]!,
    key: (index: number) => keys[index]!,
    join: async (joining: Joining = {}) => {
      const privateKey = joining.privateKey ?? (await generateKeyPair('Ed25519'))
      await network.add(stackOf(network.stacks.length, { ...joining, privateKey }) as never)
      return offersOf(network.stacks.length - 1)
    },
    kill: async (index: number) => {
      network.partition([index], undefined, 'cut')
      await network.stack(index).stop()
    },
  })
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value)
export const textOf = ({ body }: Pick<Offer, 'body'>): string => new TextDecoder().decode(body)

/** Waits until what a node lists is this: bodies as text, in alphabetical order. */
export async function listed(service: OffersService, bodies: string[], options: ListOptions = {}): Promise<Offer[]> {
  const wanted = bodies.toSorted()
  let last: string[] = []
  return until(
    async () => {
      const { offers: found } = await service.list(options)
      last = found.map(textOf).toSorted()
      return last.length === wanted.length && last.every((body, index) => body === wanted[index]) && found
    },
    {
      on: [[service, 'offer']],
      what: () => `${JSON.stringify(wanted)} to be listed, and it is ${JSON.stringify(last)}`,
    },
  )
}

/** The next event that is no `lagged`. */
export async function nextEvent(watch: Watch): Promise<Exclude<OfferEvent, { type: 'lagged' }>> {
  const { value } = await watch.next()
  if (value === undefined || value.type === 'lagged') throw new Error(`the watch ended or lagged`)
  return value
}

/** Array.fromAsync is not in the library of ES2024. */
export async function gathered<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all = []
  for await (const value of values) all.push(value)
  return all
}
