// Holepunch's packages carry no types.
declare module '@hyperswarm/secret-stream' {
  import type { Duplex } from 'node:stream'
  import type { Socket } from 'node:net'
  export default class SecretStream extends Duplex {
    constructor(isInitiator: boolean, socket: Socket)
  }
}
declare module 'protomux-rpc' {
  import type { Duplex } from 'node:stream'
  interface Options {
    valueEncoding: unknown
  }
  export default class RPC {
    constructor(stream: Duplex)
    respond(method: string, options: Options, handler: (value: Uint8Array) => Uint8Array): void
    request(method: string, value: Uint8Array, options: Options): Promise<Uint8Array>
    destroy(): void
  }
}
declare module 'compact-encoding' {
  const encodings: { raw: unknown }
  export default encodings
}
