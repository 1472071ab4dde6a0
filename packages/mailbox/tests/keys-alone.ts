import { generateKeyPair } from '@libp2p/crypto/keys'
import { manualClock, until } from '@stoa/testkit'
import { levelStore } from '@stoa/replica'
import { MemoryLevel } from 'memory-level'
import { createMailKeys } from '../src/keys/create-mail-keys.ts'
import { memorySecrets } from '../src/keys/memory-secrets.ts'
import type { ComponentLogger, PeerId, PrivateKey } from '@libp2p/interface'
import type { Level, ReplicaComponents } from '@stoa/replica'
import type { ManualClock } from '@stoa/testkit'
import type { DeviceMailKeys, MailKeysInit } from '../src/keys/create-mail-keys.ts'
import type { SecretStore } from '../src/keys/mail-keys.ts'

export const START_MS = 1_790_000_000_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export interface KeysAlone extends AsyncDisposable {
  readonly keys: DeviceMailKeys
  readonly clock: ManualClock
  readonly identity: Uint8Array
  /** Records gossiped so far. */
  readonly rumours: Uint8Array[]
  /** An hour at a time, and after each all that was due is done. */
  advance(ms: number): Promise<void>
  /** An hour at a time: what a timer begins can take longer than the time stands still. */
  advanceUntil(condition: () => boolean): Promise<void>
  /** The same device from the same disk. */
  restart(init?: AloneInit): Promise<KeysAlone>
}

export interface AloneInit extends Partial<Omit<MailKeysInit, 'store' | 'clock'>> {
  level?: Level
  clock?: ManualClock
  privateKey?: PrivateKey
  secrets?: SecretStore
}

/** The mail keys of a node with nobody around, in a time that a test moves. */
export async function keysAlone(given: AloneInit = {}): Promise<KeysAlone> {
  const { level = new MemoryLevel(), clock = manualClock(START_MS), secrets = memorySecrets() } = given
  const privateKey = given.privateKey ?? (await generateKeyPair('Ed25519'))
  const rumours: Uint8Array[] = []
  const { level: _, ...init } = given
  const keys = createMailKeys({
    network: 'test',
    rotateMs: 7 * DAY_MS,
    keyTtlMs: 15 * DAY_MS,
    budgetBytes: 1_048_576,
    log: quiet.forComponent('keys'),
    components: componentsWith(rumours),
    store: levelStore(level),
    ...init,
    secrets,
    clock,
    privateKey,
  })
  await keys.start()
  const advance = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= HOUR_MS) {
      await clock.advance(Math.min(left, HOUR_MS))
      await settled(keys)
    }
  }
  return {
    keys,
    clock,
    identity: privateKey.publicKey.raw,
    rumours,
    advance,
    advanceUntil: async condition => {
      await until(async () => {
        await advance(HOUR_MS)
        return condition()
      })
    },
    restart: async (changed = {}) => {
      await keys.stop()
      return keysAlone({ ...given, level, clock, privateKey, secrets, ...changed })
    },
    [Symbol.asyncDispose]: async () => {
      await keys.stop()
    },
  }
}

/** What a timer began is done when a read, queued behind it, is. */
async function settled(keys: DeviceMailKeys): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(resolve => setImmediate(resolve))
    if (turn % 5 === 0) await keys.replica.get(new Uint8Array(32))
  }
}

function componentsWith(rumours: Uint8Array[]): ReplicaComponents {
  return {
    peerId: { toString: () => 'me' } as PeerId,
    registrar: {
      handle: async () => {},
      unhandle: async () => {},
      register: async () => 'id',
      unregister: () => {},
    },
    connectionManager: {
      openStream: () => Promise.reject(new Error('nobody is there')),
      getConnections: () => [],
      closeConnections: async () => {},
    },
    broadcast: {
      topic: () => ({
        publish: async value => {
          rumours.push((value as { entry: Uint8Array }).entry)
          return { recipients: 1, duplicate: false }
        },
        close: async () => {},
      }),
    },
    logger: quiet,
  }
}

const nothing = Object.assign(() => {}, { enabled: false, trace: () => {}, error: () => {}, newScope: () => nothing })
const quiet = { forComponent: () => nothing } as unknown as ComponentLogger
