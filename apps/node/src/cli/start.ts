import { Console } from 'node:console'
import { readAccess } from '../data/access.ts'
import { readConfigFile } from '../config/read-file.ts'
import { resolveConfig } from '../config/resolve.ts'
import { giveBackMemoryOnce } from '../process/give-back-memory.ts'
import { StrayErrors } from '../process/stray-errors.ts'
import { watchSignals } from '../process/stopping.ts'
import { runNode } from '../run-node.ts'
import { CliError } from './errors.ts'
import { eventLine } from './event-line.ts'
import { onOutputClosed, writeLine } from './output.ts'
import { EVERYTHING } from '../events/event.ts'
import { EventReader } from '../events/event-reader.ts'
import { jsonLine, printable, safeJson } from './terminal.ts'
import type { Flags } from '../config/resolve.ts'
import type { RunningNode } from '../run-node.ts'

export interface StartOptions {
  flags: Flags
  configFile?: string
  json: boolean
  version: string
}

/** Runs a node until a signal. Standard output holds what --json promises, everything else goes to standard error. */
export async function start({ flags, configFile, json, version }: StartOptions): Promise<void> {
  globalThis.console = new Console(process.stderr)
  const stopping = watchSignals(log)
  const strayErrors = new StrayErrors({ log, giveUp: () => process.exit(70) })
  strayErrors.watch()
  const file = configFile === undefined ? undefined : await readConfigFile(configFile)
  const config = resolveConfig({ flags, env: { STOA_DATA: process.env.STOA_DATA }, file })

  const giveUp = new AbortController()
  void stopping.asked.then(signal => giveUp.abort(signal))
  const node = await runNode(config, { version, strayErrors, log, signal: giveUp.signal }).catch(error => {
    if (giveUp.signal.aborted && (error as { code?: string }).code === 'aborted') process.exit(0)
    return rethrow(error, config.data)
  })
  // from here on: what happened while the node came up is told too
  const shown = new EventReader({
    log: node.events,
    filter: EVERYTHING,
    after: node.firstEvent,
  })
  onOutputClosed(() => shown.close())
  await writeLine(json ? readyLine(node) : greeting(node, config.data))
  const printing = printEvents(shown, json)
  giveBackMemoryOnce()

  const signal = await stopping.asked
  if (!json) log(`${signal}: closing`)
  await node.close()
  await printing
  // what is left open must not hold the process, and a bug must not look like a clean end
  process.exit(strayErrors.counts.unexpected > 0 ? 1 : 0)
}

async function printEvents(reader: EventReader, json: boolean): Promise<void> {
  for (;;) {
    const reading = await reader.next(60_000)
    switch (reading.type) {
      case 'end':
        return
      case 'idle':
        continue
      case 'gap': {
        const gap = { event: 'gap', missed: reading.missed ?? null } as const
        await writeLine(json ? jsonLine(gap) : eventLine(gap))
        continue
      }
      case 'event': {
        const { event, json: line } = reading.logged
        // people are told when it is done
        if (json || event.event !== 'sync' || event.done) await writeLine(json ? safeJson(line) : eventLine(event))
      }
    }
  }
}

function readyLine({ peerId, addresses, api }: RunningNode): string {
  return jsonLine({ event: 'ready', peerId, addresses: addresses(), api: api ?? null, pid: process.pid })
}

function greeting({ peerId, addresses, api, network }: RunningNode, data: string): string {
  // how the user would call it again
  const stoa = process.env.npm_lifecycle_event === undefined ? 'stoa' : 'npx pnpm stoa'
  const at = data === '.stoa' ? '' : ` --data ${data}`
  const [first = '(nowhere)', ...others] = addresses()
  const lines = [
    `peer id    ${peerId}`,
    `network    ${network}`,
    `data       ${data}`,
    `addresses  ${first}`,
    ...others.map(address => `           ${address}`),
    `API        ${api ?? 'off'}`,
  ]
  if (api === undefined) return lines.join('\n')
  return [
    ...lines,
    '',
    'In another terminal:',
    `  ${stoa} status${at}`,
    `  ${stoa} listen${at} --topic lobby`,
    `  ${stoa} broadcast${at} lobby "hello, all"`,
    `  ${stoa} offers list${at}`,
    `  ${stoa} mail inbox${at}`,
    `A second node on this machine: ${stoa} start --data ${data}-2${isInTor(addresses()) ? ' --tor' : ''}`,
    '',
  ]
    .map(line => printable(line))
    .join('\n')
}

function isInTor(addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every(address => address.startsWith('/onion3/'))
}

/** Says which node is in the way, and what an option is called here. */
async function rethrow(error: unknown, data: string): Promise<never> {
  const { code, message } = error as Error & { code?: string }
  if (code === 'no-tor') throw new CliError(code, `${message}: --tor-program PATH`, { cause: error })
  if (code !== 'data-in-use') throw error
  const other = await readAccess(data).catch(() => undefined)
  const which = other === undefined ? 'another node' : `the node with pid ${other.pid} (${other.url})`
  throw new CliError('data-in-use', `${data} is in use by ${which}: stop it, or start this one with another --data`, {
    retryable: true,
    cause: error,
  })
}

function log(text: string): void {
  process.stderr.write(`stoa: ${text.split('\n').map(printable).join('\n')}\n`)
}
