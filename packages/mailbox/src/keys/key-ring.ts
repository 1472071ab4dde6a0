import { DEVICE_BYTES } from './key-rules.ts'
import { decodePairs, encodePairs, secretNameOf, timesOf } from './generation.ts'
import type { Logger } from '@libp2p/interface'
import type { HpkeSuite, SuiteId } from '../crypto/suite.ts'
import type { Generation, Times } from './generation.ts'
import type { OwnKey, SecretStore } from './mail-keys.ts'

export interface KeyRingInit {
  secrets: SecretStore
  suites: readonly HpkeSuite[]
  keyTtlMs: number
  maxLetterTtlMs: number
  log: Logger
}

/** How far the clocks of a sender and of this node may be apart, with the whole minutes of letters: as good as all agree within it. */
export const SKEW_MS = 3_600_000
const DEVICE = 'device'

/** The private keys of this device. What is here is in the store of secrets first, and what is not there any more is not here. */
export class KeyRing {
  readonly device: Uint8Array
  readonly #init: KeyRingInit
  /** The newest first. */
  #generations: Generation[]
  /** In the store, and not to be read. */
  #unreadable: Times[]

  /** Reads what there is. The device gets its name the first time. */
  static async open(init: KeyRingInit): Promise<KeyRing> {
    const { secrets, log } = init
    let device = await secrets.get(DEVICE)
    if (device?.length !== DEVICE_BYTES) {
      device = crypto.getRandomValues(new Uint8Array(DEVICE_BYTES))
      await secrets.put(DEVICE, device)
    }
    const generations: Generation[] = []
    const unreadable: Times[] = []
    for (const name of await secrets.names()) {
      const times = timesOf(name)
      if (times === undefined) continue
      const secret = await secrets.get(name)
      const pairs = secret && decodePairs(secret)
      secret?.fill(0)
      if (pairs === undefined) {
        log.error('mail keys %s cannot be read: letters to them cannot be opened', name)
        unreadable.push(times)
      } else generations.push({ ...times, pairs })
    }
    return new KeyRing(init, Uint8Array.from(device), generations, unreadable)
  }

  private constructor(init: KeyRingInit, device: Uint8Array, generations: Generation[], unreadable: Times[]) {
    this.#init = init
    this.device = device
    this.#generations = newestFirst(generations)
    this.#unreadable = unreadable
  }

  /** The one to be published: the newest that is not from when the clock was ahead. */
  currentAt(nowMs: number): Generation | undefined {
    return this.#generations.find(({ createdMs }) => createdMs <= nowMs + SKEW_MS)
  }

  /** By then the record of every generation has ended. */
  get lastUntilMs(): number {
    return Math.max(0, ...[...this.#generations, ...this.#unreadable].map(({ untilMs }) => untilMs))
  }

  /** Makes new keys, which are the current ones from when they are durable. */
  async rotate(nowMs: number): Promise<void> {
    const { secrets, suites, keyTtlMs } = this.#init
    // the latest, though the clock went back a little: by its time the newest is told from the others
    const createdMs = Math.max(nowMs, (this.currentAt(nowMs)?.createdMs ?? 0) + 1)
    const pairs = await Promise.all(suites.map(suite => suite.generate()))
    const generation = { createdMs, untilMs: nowMs + keyTtlMs, pairs }
    const secret = encodePairs(pairs)
    await secrets.put(secretNameOf(generation), secret)
    secret.fill(0)
    this.#generations = newestFirst([...this.#generations, generation])
  }

  /** Erases what no letter needs any more, here and in the store. */
  async eraseDue(nowMs: number, oldestUnreadMs: number | undefined): Promise<void> {
    const isDue = (times: Times): boolean =>
      nowMs >= this.#eraseMs(times) && (oldestUnreadMs === undefined || oldestUnreadMs > times.untilMs + SKEW_MS)
    for (const generation of this.#generations.filter(isDue)) {
      await this.#init.secrets.erase(secretNameOf(generation))
      this.#generations = this.#generations.filter(other => other !== generation)
      for (const { privateKey } of generation.pairs) privateKey.fill(0)
    }
    for (const times of this.#unreadable.filter(isDue)) {
      await this.#init.secrets.erase(secretNameOf(times))
      this.#unreadable = this.#unreadable.filter(other => other !== times)
    }
  }

  /** When something is next to be erased. */
  nextEraseMs(): number {
    return Math.min(Infinity, ...[...this.#generations, ...this.#unreadable].map(times => this.#eraseMs(times)))
  }

  own(): OwnKey[] {
    return this.#generations.flatMap(generation => {
      const { createdMs, untilMs, pairs } = generation
      const times = { createdMs, untilMs, eraseMs: this.#eraseMs(generation) }
      // the same object each time: suites remember what they made of it
      return pairs.map(pair => Object.assign(pair, times))
    })
  }

  ownAt(suite: SuiteId, createdMs: number): OwnKey[] {
    return this.own().filter(
      key => key.suite === suite && key.createdMs - SKEW_MS <= createdMs && createdMs <= key.untilMs + SKEW_MS,
    )
  }

  #eraseMs({ untilMs }: Times): number {
    return untilMs + this.#init.maxLetterTtlMs + SKEW_MS
  }
}

function newestFirst(generations: readonly Generation[]): Generation[] {
  return [...generations].sort((a, b) => b.createdMs - a.createdMs)
}
