import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { createStack } from '@stoa/stack'
import { assemble } from './assemble.ts'
import { impaired } from './faults/impaired-transport.ts'
import { FLEET_LIMITS } from './node.ts'
import { encrypterFactory, listenAddress, transportFactory } from './transports.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Stack, StackInit } from '@stoa/stack'
import type { AssembleInit, NetworkOf } from './assemble.ts'
import type { Encryption, TransportKind } from './transports.ts'

export interface StackNetworkInit<Init extends StackInit = StackInit> extends AssembleInit {
  /** @default 'memory' */
  transport?: TransportKind
  /** @default 'plaintext' over memory, otherwise 'noise' */
  encryption?: Encryption
  /** Options of each stack. The stacks before it are running, so that it can bootstrap from them. */
  stack?: (index: number, before: readonly Stack<Init>[]) => Init
}

export interface StackNetwork<Init extends StackInit = StackInit> extends NetworkOf<Libp2p> {
  readonly stacks: readonly Stack<Init>[]
  stack(index: number): Stack<Init>
  /** One more running stack, connected to nobody that its own options do not name. */
  add(init?: Init): Promise<Stack<Init>>
}

/**
 * A network whose nodes are made by createStack, under the same faults. What would look outside the machine is off unless
 * asked for: mDNS, NAT traversal, relays.
 */
export async function createStackNetwork<const Init extends StackInit>(
  init: StackNetworkInit<Init>,
): Promise<StackNetwork<Init>> {
  const { size, transport = 'memory', encryption = transport === 'memory' ? 'plaintext' : 'noise' } = init
  const { network, source, join, connectAll } = assemble<Libp2p>({ topology: 'none', ...init })
  const stacks: Stack<Init>[] = []

  const start = async (index: number, own = init.stack?.(index, stacks)) => {
    const stack = await createStack<Init>({
      mdns: false,
      nat: false,
      relay: false,
      listen: [listenAddress(transport)],
      privateKey: await generateKeyPairFromSeed('Ed25519', source.fork(`node ${index}/key`).bytes(32)),
      ...own,
      libp2p: {
        transports: [impaired(transportFactory(transport), network.links)],
        connectionEncrypters: [encrypterFactory(encryption)],
        ...own?.libp2p,
        connectionManager: { ...FLEET_LIMITS, ...own?.libp2p?.connectionManager },
      },
    } as Init)
    stacks[index] = stack
    join(stack.libp2p, index)
    return stack
  }
  const dispose = async () => {
    network.links.release()
    for (const stack of stacks) await stack.stop()
  }

  try {
    for (let index = 0; index < size; index++) await start(index)
    await connectAll()
  } catch (err) {
    await dispose()
    throw err
  }
  return Object.assign(network, {
    stacks,
    stack: (index: number) => {
      const stack = stacks[index]
      if (stack == null) throw new RangeError(`no stack ${index} in a network of ${stacks.length}`)
      return stack
    },
    add: (own?: Init) => start(stacks.length, own),
    [Symbol.asyncDispose]: dispose,
  })
}
