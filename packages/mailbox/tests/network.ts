import { generateKeyPair } from '@libp2p/crypto/keys'
import { createStackNetwork } from '@stoa/testkit/stack'
import { until } from '@stoa/testkit'
import { MemoryLevel } from 'memory-level'
import { memorySecrets } from '../src/keys/memory-secrets.ts'
import { mailbox } from '../src/index.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Level } from '@stoa/replica'
import type { StackNetwork, StackNetworkInit } from '@stoa/testkit/stack'
import type {
  Delivery,
  MailboxComponents,
  MailboxInit,
  MailboxService,
  ReceivedLetter,
  SecretStore,
} from '../src/index.ts'

export interface MailNetwork extends StackNetwork {
  mail(index: number): MailboxService
  key(index: number): PrivateKey
  /** One more node, connected to nobody. With what another had, it is that one come back. */
  join(init?: Joining): Promise<MailboxService>
  /** The same node again, under a new index. Stop it before. */
  back(index: number, options?: MailboxInit): Promise<number>
  /** Without a word: its connections are cut before it stops. */
  kill(index: number): Promise<void>
}

export interface Joining {
  level?: Level
  secrets?: SecretStore
  privateKey?: PrivateKey
  options?: MailboxInit
}

/** Nodes that run mailbox(), over what a stack has. */
export async function mailNetwork(
  init: Omit<StackNetworkInit, 'stack'>,
  options: MailboxInit | ((index: number) => MailboxInit) = {},
): Promise<MailNetwork> {
  const joined: Array<Required<Omit<Joining, 'options'>>> = []
  const keys = await Promise.all(Array.from({ length: init.size }, () => generateKeyPair('Ed25519')))
  const stackOf = (index: number, { options: own, ...given }: Joining) => {
    const parts = {
      level: given.level ?? new MemoryLevel(),
      secrets: given.secrets ?? memorySecrets(),
      privateKey: given.privateKey ?? keys[index]!,
    }
    joined[index] = parts
    const chosen = own ?? (typeof options === 'function' ? options(index) : options)
    const { level: store, secrets } = parts
    return {
      discovery: false,
      offers: false,
      mailbox: false,
      privateKey: parts.privateKey,
      services: {
        mail: (components: unknown) =>
          mailbox({ network: 'test', suite: 'x25519', retryMs: 200, store, secrets, ...chosen })(
            components as MailboxComponents,
          ),
      },
    } as const
  }
  const network = await createStackNetwork({
    topology: 'full',
    ...init,
    stack: index => stackOf(index, {}) as never,
  })
  const mailOf = (index: number): MailboxService =>
    (network.stack(index).services as unknown as { mail: MailboxService }).mail
  const join = async (joining: Joining): Promise<MailboxService> => {
    const privateKey = joining.privateKey ?? (await generateKeyPair('Ed25519'))
    await network.add(stackOf(network.stacks.length, { ...joining, privateKey }) as never)
    return mailOf(network.stacks.length - 1)
  }
  return Object.assign(network as unknown as StackNetwork, {
    mail: mailOf,
    key: (index: number) => joined[index]!.privateKey,
    join: (joining: Joining = {}) => join(joining),
    back: async (index: number, own?: MailboxInit) => {
      await join({ ...joined[index]!, options: own })
      return network.stacks.length - 1
    },
    kill: async (index: number) => {
      network.partition([index], undefined, 'cut')
      await network.stack(index).stop()
      network.heal()
    },
  })
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value)
export const textOf = ({ body }: Pick<ReceivedLetter, 'body'>): string => new TextDecoder().decode(body)

/** Waits until a node knows where to write to. */
export async function knows(service: MailboxService, devices: number): Promise<void> {
  await until(() => service.stats().keys.live >= devices, { what: `${devices} devices to be known` })
}

/** Waits until the letters that wait are these: bodies as text, in alphabetical order. */
export async function waiting(service: MailboxService, bodies: string[]): Promise<readonly ReceivedLetter[]> {
  const wanted = bodies.toSorted()
  let last: string[] = []
  return until(
    async () => {
      const { items } = await service.inbox.list()
      last = items.map(textOf).toSorted()
      return last.length === wanted.length && last.every((body, index) => body === wanted[index]) && items
    },
    {
      on: [[service, 'letter', 'cleared']],
      what: () => `${JSON.stringify(wanted)} to be in the inbox, and it is ${JSON.stringify(last)}`,
    },
  )
}

/** Waits until a delivery is in this state. */
export async function inState(service: MailboxService, id: string, state: Delivery['state']): Promise<Delivery> {
  let last: Delivery | undefined
  return until(
    async () => {
      last = await service.status(id)
      return last?.state === state && last
    },
    { on: [[service, 'delivery']], what: () => `${id} to be ${state}, and it is ${JSON.stringify(last)}` },
  )
}
