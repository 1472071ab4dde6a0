import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** Said in answer to a command; undefined leaves it to Tor's usual answers. */
export type Script = (command: string, socket: Socket) => string | undefined

export interface FakeControl extends AsyncDisposable {
  /** As the option `control` takes it. */
  endpoint: string
  commands: string[]
  /** Ends all connections. */
  hangUp: () => void
  say: (text: string) => void
}

/** A control port that speaks as Tor does, but for what a test has it say. */
export async function fakeControl(script: Script = () => undefined): Promise<FakeControl> {
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    let rest = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n')
      rest = lines.pop() ?? ''
      for (const command of lines) {
        commands.push(command)
        const reply = script(command, socket) ?? usual(command)
        if (reply !== '') socket.write(reply)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    hangUp: () => {
      for (const socket of sockets) socket.destroy()
    },
    say: text => {
      for (const socket of sockets) socket.write(text)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const OK = '250 OK\r\n'

function usual(command: string): string {
  const [verb = '', argument = ''] = command.split(' ')
  if (verb === 'PROTOCOLINFO')
    return `250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor="0.4.9.11"\r\n${OK}`
  if (verb === 'ADD_ONION') return '250-ServiceID=whatever\r\n250 OK\r\n'
  if (verb !== 'GETINFO') return OK
  const values: Record<string, string> = {
    version: '0.4.9.11',
    'status/bootstrap-phase': 'NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"',
    'net/listeners/socks': '"127.0.0.1:9050" "unix:/run/tor/socks"',
  }
  return argument in values ? `250-${argument}=${values[argument]}\r\n${OK}` : '552 Unrecognized key\r\n'
}

/** What a port says that wants its cookie, safely; `knows` is the cookie it has. */
export function safeCookie(file: string, knows: Uint8Array): Script {
  let expected = ''
  return command => {
    const [verb, ...words] = command.split(' ')
    if (verb === 'PROTOCOLINFO') {
      return `250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="${file}"\r\n${OK}`
    }
    if (verb === 'AUTHCHALLENGE') {
      const nonce = randomBytes(32)
      const digest = (key: string): string =>
        createHmac('sha256', `Tor safe cookie authentication ${key} hash`)
          .update(knows)
          .update(Buffer.from(words[1] ?? '', 'hex'))
          .update(nonce)
          .digest('hex')
      expected = digest('controller-to-server')
      return `250 AUTHCHALLENGE SERVERHASH=${digest('server-to-controller').toUpperCase()} SERVERNONCE=${nonce.toString('hex')}\r\n`
    }
    if (verb === 'AUTHENTICATE') return words[0] === expected ? OK : '515 Authentication failed\r\n'
    return undefined
  }
}
