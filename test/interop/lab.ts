import { Node, withLogs } from './node.ts'
import type { ArgumentsOf } from './commands.ts'
import type { Kind } from './node.ts'
import type { PeerLog } from './peer-log.ts'

/** The nodes of one test: ended after it, their logs told when it fails. */
export class Lab implements AsyncDisposable {
  readonly #nodes: Node[] = []

  async start(name: string, kind: Kind, init?: Partial<ArgumentsOf<'start'>>): Promise<Node> {
    const node = await Node.start(name, kind, init)
    this.#nodes.push(node)
    return node
  }

  /** @param logs - of what was not started here */
  async run<T>(body: () => Promise<T>, logs: readonly PeerLog[] = []): Promise<T> {
    try {
      return await body()
    } catch (error) {
      throw withLogs(error, [...this.#nodes.map(({ peer }) => peer.log), ...logs])
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map(node => node[Symbol.asyncDispose]()))
  }
}
