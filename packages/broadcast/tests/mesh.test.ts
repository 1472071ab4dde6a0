import { RPC } from '@libp2p/gossipsub/message'
import { FrameDecoder, text } from '@stoa/codec'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { MESH } from '../src/core/mesh.ts'
import { MAX_RPC_BYTES } from '../src/net/router.ts'
import { hostilePeer } from './hostile.ts'
import { broadcastNetwork } from './network.ts'
import type { Stream } from '@libp2p/interface'

/** As full as can be with one peer. */
const ONE_PEER = { D: 1, Dlo: 1, Dhi: 1, Dscore: 1, Dout: 0 }

test('whom a full mesh refuses is told to come again soon', async () => {
  await using network = await broadcastNetwork({ size: 2 }, { gossipsub: ONE_PEER })
  const topics = network.nodes.map(node => node.services.broadcast.topic('square', text))
  await until(() => topics.every(({ meshSize }) => meshSize === 1))
  const { wireTopic } = topics[0]!

  const heard: RPC[] = []
  const onStream = (stream: Stream): void => {
    const frames = new FrameDecoder(MAX_RPC_BYTES)
    stream.addEventListener('message', ({ data }) => {
      frames.append(data)
      for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
        heard.push(RPC.decode(frame))
      }
    })
  }
  await using late = await hostilePeer(network.nodes[0]!, { onStream })
  // before it has a stream to us gossipsub has nowhere to say no
  await until(() => heard.length > 0)
  await late.sendRpc({
    subscriptions: [{ subscribe: true, topic: wireTopic }],
    control: { graft: [{ topicID: wireTopic }], prune: [], ihave: [], iwant: [], idontwant: [] },
  })
  const refusal = () => heard.flatMap(({ control }) => control?.prune ?? [])[0]
  await until(() => refusal() !== undefined)
  expect(refusal()).toMatchObject({ topicID: wireTopic, backoff: MESH.pruneBackoff / 1_000 })
  // gossipsub's own minute is what left nodes with one peer
  expect(MESH.pruneBackoff).toBeLessThan(60_000)
  expect(topics[0]!.meshSize).toBe(1)
})
