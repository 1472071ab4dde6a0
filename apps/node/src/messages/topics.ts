import { textCodec } from './text.ts'
import type { BroadcastService, Message, Published, Topic } from '@stoa/broadcast'
import type { TextMessage } from './text.ts'

export interface TopicsInit {
  broadcast: Pick<BroadcastService, 'topic'>
  onMessage: (topic: string, message: Message<TextMessage>) => void
  /** What this node takes part in for as long as the topic is open. */
  along?: (topic: string) => Disposable
  /** How long a topic stays open after its last user has gone, in ms: a reader that comes back has missed nothing. */
  lingerMs?: number
  /** Topics open at one time. Past it those that only linger are closed first. */
  maxTopics?: number
}

/** Below broadcast()'s own limit, so that other protocols of the node find room. */
export const TOPICS_DEFAULTS = { lingerMs: 30_000, maxTopics: 64 } as const

export class TooManyTopics extends Error {
  override name = 'TooManyTopics'
}

/** Application topics, each open for as long as somebody reads it or has just published on it. */
export class Topics {
  readonly #init: Required<Omit<TopicsInit, 'along'>> & Pick<TopicsInit, 'along'>
  readonly #open = new Map<string, OpenTopic>()
  #isClosed = false

  constructor(init: TopicsInit) {
    this.#init = { ...TOPICS_DEFAULTS, ...init }
  }

  list(): Array<Topic<TextMessage>> {
    return [...this.#open.values()].map(({ topic }) => topic)
  }

  /** Joins a topic until what it returns is disposed. @throws {BroadcastError | TooManyTopics} */
  join(name: string): Disposable {
    const open = this.#get(name)
    open.users++
    clearTimeout(open.linger)
    let isLeft = false
    return {
      [Symbol.dispose]: () => {
        if (isLeft) return
        isLeft = true
        open.users--
        this.#lingerIfUnused(open)
      },
    }
  }

  /**
   * Publishes, and joins the topic for a while, so that the next message finds its mesh standing. Where nobody is known to
   * listen, it waits up to `waitMs` for a first subscriber.
   * @throws {BroadcastError | TooManyTopics}
   */
  async publish(
    name: string,
    message: TextMessage,
    { waitMs, signal }: { waitMs: number; signal: AbortSignal },
  ): Promise<Published> {
    using _joined = this.join(name)
    const { topic } = this.#get(name)
    // nobody came: published all the same, so that the caller learns of 0 recipients
    await topic.ready({ signal: AbortSignal.any([signal, AbortSignal.timeout(waitMs)]) }).catch(() => {})
    return await topic.publish(message, { signal })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#open.values()].map(open => this.#close(open)))
  }

  #get(name: string): OpenTopic {
    const known = this.#open.get(name)
    if (known !== undefined) return known
    this.#makeRoom()
    const topic = this.#init.broadcast.topic(name, textCodec)
    const open: OpenTopic = { topic, along: this.#init.along?.(name), users: 0, linger: undefined }
    this.#open.set(name, open)
    void this.#read(topic)
    return open
  }

  /** Ends when the topic is closed. */
  async #read(topic: Topic<TextMessage>): Promise<void> {
    for await (const message of topic) this.#init.onMessage(topic.name, message)
  }

  #makeRoom(): void {
    const { maxTopics } = this.#init
    if (this.#open.size < maxTopics) return
    const unused = [...this.#open.values()].find(({ users }) => users === 0)
    if (unused === undefined) throw new TooManyTopics(`${maxTopics} topics are in use, which is the limit`)
    void this.#close(unused)
  }

  #lingerIfUnused(open: OpenTopic): void {
    if (open.users > 0 || this.#isClosed) return
    open.linger = setTimeout(() => void this.#close(open), this.#init.lingerMs)
    open.linger.unref()
  }

  async #close(open: OpenTopic): Promise<void> {
    clearTimeout(open.linger)
    open.along?.[Symbol.dispose]()
    if (this.#open.get(open.topic.name) === open) this.#open.delete(open.topic.name)
    await open.topic.close()
  }
}

interface OpenTopic {
  readonly topic: Topic<TextMessage>
  readonly along: Disposable | undefined
  users: number
  linger: NodeJS.Timeout | undefined
}
