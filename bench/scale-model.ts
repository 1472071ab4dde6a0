// From the cost of one node, as the benches scale-network and scale-replica measure it, to networks of any size: docs/scale.md has the formulas.
import { cpuOf } from './scale-network-rows.ts'
import { median } from './table.ts'
import type { NetworkPoint, NetworkRun } from './scale-network-rows.ts'
import type { ReplicaPoint } from './scale-replica-rows.ts'

const DAY_S = 86_400
const MIB = 1_048_576

/** What one node and its user do. Bytes are those of the entry, charges what its place takes (spec/replica.md §5). */
export const USE = {
  offers: 5,
  offerChangesPerDay: 4,
  offerBytes: 491,
  offerCharge: 512,
  leaseEveryS: 20,
  leaseBytes: 220,
  leaseCharge: 256,
  lettersPerDay: 1,
  /** A body of 1 KiB for one device. */
  letterBytes: 3_340,
  letterCharge: 4_096,
  letterDays: 15,
  mailKeyBytes: 1_500,
  mailKeyCharge: 2_048,
  mailKeyEveryDays: 7,
} as const

/** Defaults of createStack: docs/configuration.md. Half of each is for entries that pay least. */
const BUDGETS = { offers: 256 * MIB, leases: 32 * MIB, letters: 256 * MIB, mailKeys: 64 * MIB }
const PEER_MESSAGES_PER_SECOND = 1_000
const HALF_A_CORE_MS = 500
/** 20 Mbit/s. */
const LINK_BYTES_PER_SECOND = 2_500_000
/** bench/mail.ts and the index of @stoa/replica: of any entry that is no offer. */
const INDEX_BYTES = 400

/**
 * Networks larger than this share a heap of hundreds of MB in the simulator, and its garbage collection is in their CPU: more than a node by
 * itself has.
 */
const CPU_NODES = 200

/** What was measured: of the largest network, its CPU of one of at most CPU_NODES, and of the largest number of offers. CPU in ms of all threads. */
export interface Measured {
  nodes: number
  cpuNodes: number
  offers: number
  idleMsPerSecond: number
  gossipMsPerMessage: number
  duplicates: number
  /** Of each copy of a message, beyond the message. */
  bytesBesideCopy: number
  /** NaN: not known. */
  p99Ms: number
  /** Added by each doubling of the network. */
  p99MsPerDoubling: number
  takeMsPerEntry: number
  heapBytesPerOffer: number
  syncBytesPerOffer: number
  offersPerSecond: number
}

export function measuredOf(networks: readonly NetworkPoint[], replicas: readonly ReplicaPoint[]): Measured {
  const byNodes = networks.toSorted((a, b) => a.nodes - b.nodes)
  const [small, large] = [byNodes[0]!, byNodes.at(-1)!]
  const fast = large.runs.at(-1)!
  const doublings = Math.max(1, Math.log2(large.nodes / small.nodes))
  const ofCpu = byNodes.findLast(({ nodes }) => nodes <= CPU_NODES) ?? small
  const cpu = cpuOf(ofCpu)
  // at the slower rate, where the processor of the simulator is least in the delays
  const [quietSmall, quietLarge] = [small.runs[0]!, large.runs[0]!]
  const replica = replicas.toSorted((a, b) => a.offers - b.offers).at(-1)!
  const { offers, fromFile, firstSync, start } = replica
  return {
    nodes: large.nodes,
    cpuNodes: ofCpu.nodes,
    offers,
    idleMsPerSecond: Math.max(0, cpu.idleMsPerSecond),
    gossipMsPerMessage: cpu.msPerMessage,
    duplicates: fast.duplicates,
    bytesBesideCopy: fast.bytesPerDelivery / (1 + fast.duplicates) - large.messageBytes,
    p99Ms: delayOf(quietLarge),
    p99MsPerDoubling: Math.max(0, (delayOf(quietLarge) - delayOf(quietSmall)) / doublings),
    takeMsPerEntry: fromFile.cpuMs / offers,
    heapBytesPerOffer: median(start.map(({ heapBytes }) => heapBytes)) / offers,
    syncBytesPerOffer: median(firstSync.map(sync => sync.receivedBytes + sync.sentBytes)) / offers,
    offersPerSecond: offers / median(firstSync.map(({ seconds }) => seconds)),
  }
}

/** What a network of so many nodes asks of each of them, where every node keeps everything and no budget is in the way. */
export interface Demand {
  nodes: number
  leasesPerSecond: number
  otherMessagesPerSecond: number
  /** Of one core. */
  cpuShare: number
  receivedBytesPerSecond: number
  heapBytes: number
  diskBytes: number
  firstSyncBytes: number
  firstSyncSeconds: number
  p99Ms: number
}

export function demandOf(nodes: number, measured: Measured): Demand {
  const { leases, offers, letters, mailKeys } = ratesOf(nodes)
  const messages = leases + offers + letters + mailKeys
  const copies = 1 + measured.duplicates
  const wire = (perSecond: number, bytes: number): number => perSecond * copies * (bytes + measured.bytesBesideCopy)
  const held = heldOf(nodes)
  const diskBytes = held.offers * USE.offerBytes + held.letters * USE.letterBytes + held.mailKeys * USE.mailKeyBytes
  return {
    nodes,
    leasesPerSecond: leases,
    otherMessagesPerSecond: messages - leases,
    cpuShare: (measured.idleMsPerSecond + messages * msPerMessage(measured)) / 1_000,
    receivedBytesPerSecond:
      wire(leases, USE.leaseBytes) +
      wire(offers, USE.offerBytes) +
      wire(letters, USE.letterBytes) +
      wire(mailKeys, USE.mailKeyBytes),
    heapBytes: held.offers * measured.heapBytesPerOffer + (held.letters + held.mailKeys + held.leases) * INDEX_BYTES,
    diskBytes,
    firstSyncBytes: diskBytes + held.offers * (measured.syncBytesPerOffer - USE.offerBytes),
    firstSyncSeconds: (held.offers + held.letters + held.mailKeys) / measured.offersPerSecond,
    p99Ms: measured.p99Ms + Math.max(0, Math.log2(nodes / measured.nodes)) * measured.p99MsPerDoubling,
  }
}

/** A number of nodes at which something no longer does with the defaults. */
export interface Break {
  what: string
  nodes: number
  /** From budgets and limits alone, or with measured costs. */
  isMeasured: boolean
}

/** The first to come first. */
export function breaksOf(measured: Measured): Break[] {
  const budget = (what: string, bytes: number, chargePerNode: number): Break[] => [
    {
      what: `${what}: half of the budget is full, more pay for places`,
      nodes: bytes / 2 / chargePerNode,
      isMeasured: false,
    },
    { what: `${what}: the budget is full, whoever pays least leaves`, nodes: bytes / chargePerNode, isMeasured: false },
  ]
  // all of it grows with the nodes, but for what a node takes without any message
  const each = demandOf(1, { ...measured, idleMsPerSecond: 0 })
  const breaks: Break[] = [
    ...budget('letters', BUDGETS.letters, USE.lettersPerDay * USE.letterDays * USE.letterCharge),
    ...budget('mail keys', BUDGETS.mailKeys, USE.mailKeyCharge),
    ...budget('offers', BUDGETS.offers, USE.offers * USE.offerCharge),
    ...budget('leases', BUDGETS.leases, USE.leaseCharge),
    {
      what: 'gossip takes half a core, nearly all of it for leases',
      nodes: (HALF_A_CORE_MS - measured.idleMsPerSecond) / (each.cpuShare * 1_000),
      isMeasured: true,
    },
    {
      what: 'gossip fills a link of 20 Mbit/s',
      nodes: LINK_BYTES_PER_SECOND / each.receivedBytesPerSecond,
      isMeasured: true,
    },
    {
      what: 'all messages together are as many as one peer may send',
      nodes: PEER_MESSAGES_PER_SECOND / (each.leasesPerSecond + each.otherMessagesPerSecond),
      isMeasured: false,
    },
  ]
  return breaks.toSorted((a, b) => a.nodes - b.nodes)
}

/** Messages a second of the whole network. */
function ratesOf(nodes: number): { leases: number; offers: number; letters: number; mailKeys: number } {
  return {
    leases: nodes / USE.leaseEveryS,
    offers: (nodes * USE.offers * USE.offerChangesPerDay) / DAY_S,
    // and its receipt
    letters: (2 * nodes * USE.lettersPerDay) / DAY_S,
    mailKeys: nodes / (USE.mailKeyEveryDays * DAY_S),
  }
}

function heldOf(nodes: number): { leases: number; offers: number; letters: number; mailKeys: number } {
  return {
    leases: nodes,
    offers: nodes * USE.offers,
    // a receipt keeps its letter's place until the letter's end
    letters: nodes * USE.lettersPerDay * USE.letterDays,
    mailKeys: nodes,
  }
}

/** A machine that did not keep up says nothing about delays. */
function delayOf({ p99Ms, invalid }: NetworkRun): number {
  return invalid.length === 0 ? p99Ms : NaN
}

function msPerMessage({ gossipMsPerMessage, takeMsPerEntry }: Measured): number {
  return gossipMsPerMessage + takeMsPerEntry
}
