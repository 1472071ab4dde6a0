import { addOnion, removeOnion } from './control/onion-service.ts'
import { Uploads } from './core/uploads.ts'
import { TorError } from './errors.ts'
import type { ControlConnection } from './control/connection.ts'
import type { SocketAddress } from './endpoint.ts'
import type { OnionKey } from './onion/key.ts'

/** Our onion service, which a Tor serves as long as it has a control connection of ours: with each new one it is added again. */
export class Publication {
  readonly #key: OnionKey
  readonly #port: number
  #target: SocketAddress | undefined
  #servedBy: ControlConnection | undefined
  #uploads: Uploads | undefined

  /** undefined while it is not served. */
  hasProofOfWork: boolean | undefined
  isReachable = false

  constructor(key: OnionKey, port: number) {
    this.#key = key
    this.#port = port
  }

  /** @throws {TorError} */
  async begin(target: SocketAddress, control: ControlConnection | undefined): Promise<void> {
    if (this.#target !== undefined) throw new TorError('bad-option', 'the onion address is listened on already')
    this.#target = target
    try {
      if (control !== undefined) await this.publish(control)
    } catch (error) {
      this.#target = undefined
      throw error
    }
  }

  /** Adds it to a Tor, where there is something to add and it was not yet. @throws {TorError} `control-failed` */
  async publish(control: ControlConnection): Promise<void> {
    const [key, port, target] = [this.#key, this.#port, this.#target]
    if (target === undefined || this.#servedBy === control) return
    this.#servedBy = control
    this.#uploads = new Uploads(key.address)
    try {
      this.hasProofOfWork = await addOnion(control, { key, port, target })
    } catch (error) {
      this.lost()
      throw error
    }
  }

  /** An event of the control port. Returns whether this one made it reachable. */
  onEvent(text: string): boolean {
    if (this.isReachable || this.#uploads === undefined) return false
    this.#uploads.push(text)
    this.isReachable = this.#uploads.areEnough
    return this.isReachable
  }

  /** The control connection has ended, and the service with it. */
  lost(): void {
    this.#servedBy = undefined
    this.#uploads = undefined
    this.hasProofOfWork = undefined
    this.isReachable = false
  }

  async end(control: ControlConnection | undefined): Promise<void> {
    const isServed = control !== undefined && control === this.#servedBy
    this.#target = undefined
    this.lost()
    // a connection that ends takes the service with it
    if (isServed) await removeOnion(control, this.#key.address).catch(() => {})
  }
}
