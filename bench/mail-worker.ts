// One node of the mail bench in its own process; prints lines of JSON.
//   node mail-worker.ts identity DIR           makes a node, prints who it is
//   node mail-worker.ts fill DIR ALL OWN TO KEY   puts ALL letters into its store, OWN of them to the identity TO with the mail key KEY
//   node mail-worker.ts scan DIR OWN           starts on them, until the OWN letters are in the inbox
//   node mail-worker.ts load DIR               starts on letters for others
//   node mail-worker.ts relay|receive DIR [WHERE]   stays up until its stdin closes; receive prints each letter, and acknowledges it
//   node mail-worker.ts send DIR WHERE TO COUNT     sends COUNT letters, one after the other
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { letterRules, MLKEM768_X25519, sealLetter, suiteOf } from '@stoa/mailbox/letter'
import { createReplica, levelStore } from '@stoa/replica'
import { createStack } from '@stoa/stack'
import { ClassicLevel } from 'classic-level'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { LetterEntry } from '@stoa/mailbox/letter'
import type { Replica, ReplicaComponents } from '@stoa/replica'
import type { Stack, StackInit } from '@stoa/stack'

const [role, dataDir, ...rest] = process.argv.slice(2) as [string, string, ...string[]]
const NETWORK = 'bench'
const DAY_MS = 86_400_000
const TTL_MS = 15 * DAY_MS
const BODY_BYTES = 200
const BUCKET_BITS = 8
/** Stamps are not what is measured: no letter of these has to pay for its place. */
const NO_FLOOR = -60
const BUDGET_BYTES = 1_073_741_824
/** Longer than any of it takes: reached only when something hangs. */
const LIMIT_MS = 300_000
const SEAL_BATCH = 256
const SENDERS = 16
const POLL_MS = 5

const quiet = {
  mdns: false,
  nat: false,
  discovery: false,
  offers: false,
  network: NETWORK,
} as const satisfies StackInit
const free = { floorRank: NO_FLOOR, budgetBytes: BUDGET_BYTES }

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const roles: Record<string, () => Promise<unknown>> = { identity, fill, scan, load, relay, receive, send }
const staying = new Set(['relay', 'receive'])
print(await roles[role]!())
if (staying.has(role)) process.stdin.on('end', () => process.exit(0)).resume()
else process.exit(0)

function print(line: unknown): void {
  console.log(JSON.stringify(line))
}

async function identity(): Promise<unknown> {
  await using stack = await createStack({ ...quiet, dataDir, listen: [], mailbox: free })
  const { keys } = stack.mailbox.ownKeys()
  const key = keys.find(({ suite }) => suite === MLKEM768_X25519)!
  return { identity: Buffer.from(stack.peerId.publicKey!.raw).toString('hex'), key: key.publicKey }
}

async function fill(): Promise<unknown> {
  const [all, own, to, key] = [Number(rest[0]), Number(rest[1]), bytes(rest[2]!), bytes(rest[3]!)]
  const level = new ClassicLevel(join(dataDir, 'replicas'))
  const replicas: Array<Replica<LetterEntry>> = []
  const letters = (components: object): Replica<LetterEntry> => {
    const { peerId, registrar, connectionManager, broadcast, logger } = components as ReplicaComponents
    const rules = letterRules({ network: NETWORK, bucketBits: BUCKET_BITS, maxTtlMs: TTL_MS, floorRank: NO_FLOOR })
    const init = { network: NETWORK, family: 'mail', rules, store: levelStore(level), budgetBytes: BUDGET_BYTES }
    replicas.push(createReplica(init, { peerId, registrar, connectionManager, broadcast, logger }))
    return replicas[0]!
  }
  await using _stack = await createStack({ ...quiet, mailbox: false, listen: [], services: { letters } })
  const [replica] = replicas
  const senders = await Promise.all(Array.from({ length: SENDERS }, () => generateKeyPair('Ed25519')))
  const strangers = await Promise.all(Array.from({ length: SENDERS }, () => suiteOf(MLKEM768_X25519).generate()))
  const step = Math.floor(all / own)
  for (let from = 0; from < all; from += SEAL_BATCH) {
    const count = Math.min(SEAL_BATCH, all - from)
    const sealed = await Promise.all(
      Array.from({ length: count }, (_, offset) => {
        const at = from + offset
        const isOwn = at % step === 0 && at / step < own
        return sealLetter({
          network: NETWORK,
          from: senders[at % SENDERS]!,
          to: isOwn ? to : crypto.getRandomValues(new Uint8Array(32)),
          keys: [isOwn ? { suite: MLKEM768_X25519, publicKey: key } : strangers[at % SENDERS]!],
          messageId: crypto.getRandomValues(new Uint8Array(16)),
          contentType: '',
          body: new Uint8Array(BODY_BYTES).fill(at % 251),
          sentMs: Date.now(),
          ttlMs: TTL_MS,
          bucketBits: BUCKET_BITS,
        })
      }),
    )
    const verdicts = await Promise.all(sealed.map(letter => replica!.take(letter.bytes)))
    const odd = verdicts.find(verdict => verdict !== 'new')
    if (odd !== undefined) throw new Error(`a letter was ${odd}`)
  }
  return { entries: replica!.status().entries }
}

async function scan(): Promise<unknown> {
  const own = Number(rest[0])
  const launched = performance.now()
  await using stack = await createStack({ ...quiet, dataDir, listen: [], mailbox: free })
  const started = performance.now()
  await until(() => stack.mailbox.stats().unread >= own, `${own} letters in the inbox`)
  const seconds = (performance.now() - started) / 1_000
  const { counters, letters } = stack.mailbox.stats()
  return { startS: (started - launched) / 1_000, seconds, tried: counters.tried, entries: letters[0]!.entries }
}

async function load(): Promise<unknown> {
  const before = await heldWith({ ...quiet, dataDir: `${dataDir}-none`, listen: [], mailbox: free })
  await using stack = await createStack({ ...quiet, dataDir, listen: [], mailbox: free })
  const { entries } = stack.mailbox.stats().letters[0]!
  return { entries, bytes: heldNow() - before }
}

async function heldWith(init: StackInit): Promise<number> {
  await using _stack = await createStack(init)
  return heldNow()
}

/** Heap and buffers, in bytes. */
function heldNow(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function relay(): Promise<unknown> {
  return described(await open(rest[0]))
}

async function receive(): Promise<unknown> {
  const stack = await open(rest[0])
  stack.mailbox.addEventListener('letter', ({ detail }) => {
    print({ letter: detail.id, atMs: Date.now() })
    detail.ack().catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  })
  return described(stack)
}

async function send(): Promise<unknown> {
  const [where, to, count] = [rest[0]!, rest[1]!, Number(rest[2])]
  await using stack = await open(where)
  await sendFirst(stack, to)
  const sent: Array<{ id: string; sentMs: number; deliveredMs: number; state: string }> = []
  for (let at = 0; at < count; at++) {
    const sentMs = Date.now()
    const { id, state } = await stack.mailbox.send(to, new Uint8Array(BODY_BYTES).fill(at))
    await until(async () => (await stack.mailbox.status(id))?.state === 'delivered', 'a receipt')
    sent.push({ id, sentMs, deliveredMs: Date.now(), state })
  }
  return { sent }
}

/** The first letter also waits until the receiver's mail key has come. */
async function sendFirst(stack: Stack, to: string): Promise<void> {
  await until(async () => {
    try {
      await stack.mailbox.send(to, new Uint8Array(0))
      return true
    } catch (error) {
      if ((error as { code?: string }).code === 'no-key') return false
      throw error
    }
  }, 'mail key of the receiver')
}

async function open(where: string | undefined): Promise<Stack> {
  const stack = await createStack({ ...quiet, dataDir, listen: ['/ip4/127.0.0.1/tcp/0'] })
  if (where !== undefined) await stack.libp2p.dial(multiaddr(where))
  return stack
}

function described(stack: Stack): unknown {
  return { where: String(stack.libp2p.getMultiaddrs()[0]), peer: String(stack.peerId) }
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + LIMIT_MS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`no ${what} after ${LIMIT_MS} ms`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
