import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from './authority.ts'
import { Daemon } from './daemon.ts'
import { authorityLines, CLIENT_LINES, memberLines, relayLines } from './torrc.ts'

/** With fewer there are no circuits of distinct relays for both sides of an onion service. */
const RELAYS = 5
/** 13 to 20 s on two cores that do little else, and 83 s with thirty processes waiting for them: only reached when something hangs. */
const READY_TIMEOUT_MS = 180_000

export interface TorNetworkInit {
  /** Beside the authority, which is a relay too. @default 5 */
  relays?: number
  /** @default 180,000 */
  readyTimeoutMs?: number
}

/** A Tor network on loopback: one directory authority and relays. No packet leaves the machine. */
export interface TorNetwork extends AsyncDisposable {
  /** Lines of torrc for a client of it. */
  readonly torrc: readonly string[]
  /** An executable: `tor` with these lines, for whoever takes no lines but a program. */
  readonly program: string
  /** How long it took until circuits could be built, in ms. */
  readonly readyMs: number
  /** One more Tor of it that runs until it is disposed, or the network is; resolves when it has bootstrapped. */
  client(name: string, lines: (directory: string) => readonly string[]): Promise<TorClient>
}

/** A Tor that is not a node's own. */
export interface TorClient extends AsyncDisposable {
  /** Its data directory, where `HiddenServiceDir` and unix sockets may be. */
  readonly directory: string
}

/** Resolves when circuits can be built. Needs Debian's package `tor`: {@link torMissing}. */
export async function createTorNetwork(init: TorNetworkInit = {}): Promise<TorNetwork> {
  const { relays = RELAYS, readyTimeoutMs = READY_TIMEOUT_MS } = init
  const startedMs = performance.now()
  const closing = new AsyncDisposableStack()
  try {
    // of the user's own: unix sockets that are made in here have short paths
    const directory = await mkdtemp(join(tmpdir(), 'tor-'))
    closing.defer(() => rm(directory, { recursive: true, force: true }))
    const authority = await createAuthority(join(directory, 'authority'))
    const member = memberLines(authority)
    const start = async (name: string, lines: readonly string[]): Promise<Daemon> => {
      return closing.use(await Daemon.start(name, join(directory, name), [...member, ...lines]))
    }
    const daemons = [await start('authority', authorityLines(authority, Date.now()))]
    for (let index = 0; index < relays; index++) {
      daemons.push(await start(`relay${index}`, relayLines(`relay${index}`, 'auto')))
    }
    await allReady(daemons, readyTimeoutMs)
    const torrc = [...member, ...CLIENT_LINES]
    const program = await writeProgram(directory, torrc)
    const client: TorNetwork['client'] = async (name, lines) => {
      const daemon = await start(name, [...CLIENT_LINES, ...lines(join(directory, name))])
      await allReady([daemon], readyTimeoutMs)
      return daemon
    }
    return {
      torrc,
      program,
      readyMs: performance.now() - startedMs,
      client,
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    }
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

async function allReady(daemons: readonly Daemon[], timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const said = daemons.map(daemon => `${daemon.name}:\n${daemon.tail()}`).join('\n')
    late.reject(new Error(`no Tor network after ${timeoutMs.toLocaleString('en')} ms\n${said}`))
  }, timeoutMs)
  try {
    await Promise.race([Promise.all(daemons.map(daemon => daemon.ready)), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** On its command line the lines stand whatever torrc it is given. */
async function writeProgram(directory: string, torrc: readonly string[]): Promise<string> {
  const program = join(directory, 'tor')
  const options = torrc.map(line => {
    const [name, ...value] = line.split(' ')
    return `--${name} '${value.join(' ')}'`
  })
  await writeFile(program, `#!/bin/sh\nexec tor "$@" ${options.join(' ')}\n`)
  await chmod(program, 0o755)
  return program
}
