import { bytes } from '@stoa/codec'
import { defineProtocol, DirectError } from '@stoa/direct'
import { hex, unhex } from './hex.ts'
import { CommandError } from './json-lines.ts'
import type { PeerId } from '@libp2p/interface'
import type { DirectService, Handler, Protocol } from '@stoa/direct'
import type { AnswerOf, Behaviour } from './commands.ts'

const HANDLERS: Record<Behaviour, Handler<Uint8Array, Uint8Array>> = {
  echo: value => value,
  fail: () => {
    throw new Error('the handler fails, as it was told to')
  },
  stream: async function* (value) {
    for (let times = 1; times <= 3; times++) yield repeated(value, times)
  },
}

export async function serveDirect(direct: DirectService, id: string, behaviour: Behaviour): Promise<void> {
  await direct.handle(protocolOf(id), HANDLERS[behaviour])
}

/** Asks for one answer; where the answer is a stream, asks again for that. */
export async function requestDirect(
  direct: DirectService,
  peer: PeerId,
  id: string,
  data: string,
): Promise<AnswerOf<'direct-request'>> {
  const [protocol, value] = [protocolOf(id), unhex(data)]
  try {
    return { data: hex(await direct.request(peer, protocol, value)) }
  } catch (error) {
    if (!(error instanceof DirectError)) throw error
    if (error.code !== 'malformed') throw new CommandError(error.code, error.message)
  }
  const items = await Array.fromAsync(direct.stream(peer, protocol, value))
  return { items: items.map(hex) }
}

function protocolOf(id: string): Protocol<Uint8Array, Uint8Array> {
  return defineProtocol({ id, request: bytes, response: bytes })
}

function repeated(value: Uint8Array, times: number): Uint8Array {
  return new Uint8Array(Buffer.concat(Array.from({ length: times }, () => value)))
}
