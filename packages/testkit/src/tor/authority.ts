import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AddressInfo } from 'node:net'

/** What the others have to know of the directory authority. */
export interface Authority {
  readonly directory: string
  readonly orPort: number
  readonly dirPort: number
  /** Of its identity in the directory protocol, v3. */
  readonly v3ident: string
  /** Of its identity as a relay. */
  readonly fingerprint: string
}

/** The keys of one directory authority: whoever has its two fingerprints trusts the network that it signs. */
export async function createAuthority(directory: string): Promise<Authority> {
  const keys = join(directory, 'keys')
  await mkdir(keys, { recursive: true, mode: 0o700 })
  const [orPort, dirPort] = await freePorts()
  const [v3ident, fingerprint] = await Promise.all([certify(keys, dirPort), relayFingerprint(directory, orPort)])
  return { directory, orPort, dirPort, v3ident, fingerprint }
}

/** dir-spec §2.1: an identity that would be kept offline certifies the key that signs votes. */
async function certify(keys: string, dirPort: number): Promise<string> {
  const certificate = join(keys, 'authority_certificate')
  const files = ['-i', 'authority_identity_key', '-s', 'authority_signing_key'].map(part =>
    part.startsWith('-') ? part : join(keys, part),
  )
  const child = spawn(
    'tor-gencert',
    ['--create-identity-key', ...files, '-c', certificate, '-a', `127.0.0.1:${dirPort}`, '--passphrase-fd', '0'],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  )
  child.stdin.end('of no use after the test\n')
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`tor-gencert ended with ${String(code)}`)
  return group(/^fingerprint (\S+)/m, await readFile(certificate, 'utf8'))
}

/** Makes the keys of a relay before it runs. It only answers when it takes itself for one that knows its directory. */
async function relayFingerprint(directory: string, orPort: number): Promise<string> {
  const torrc = join(directory, 'torrc')
  const nobody = `DirAuthority nobody 127.0.0.1:1 ${'F'.repeat(40)}`
  await writeFile(torrc, `DataDirectory ${directory}\nNickname authority\nORPort ${orPort}\n${nobody}\n`)
  const { stdout } = await promisify(execFile)('tor', ['--list-fingerprint', '--quiet', '-f', torrc])
  return group(/^authority ((?:[0-9A-F]{4} ?){10})/m, stdout).replaceAll(' ', '')
}

function group(pattern: RegExp, text: string): string {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`no ${String(pattern)} in ${text}`)
  return found
}

/** Two at a time, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const
  await Promise.all(servers.map(server => once(server.listen(0, '127.0.0.1'), 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port) as [number, number]
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}
