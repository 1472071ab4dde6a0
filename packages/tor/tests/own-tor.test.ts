import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@stoa/testkit'
import { startTor } from '@stoa/tor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StartTorInit, Tor } from '@stoa/tor'

// the real program, with its network off: all but circuits
const hasTor = spawnSync('tor', ['--version']).status === 0
if (!hasTor && process.env.CI === 'true') throw new Error('Tor cannot be tested here: the program tor is not installed')

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stoa-tor-test-'))
})
afterAll(() => rm(root, { recursive: true }))

let count = 0
const freshDir = (): string => join(root, `node-${count++}`)

function offline(init: Partial<StartTorInit> = {}): Promise<Tor> {
  return startTor({ dataDir: freshDir(), torrc: ['DisableNetwork 1'], waitForBootstrap: false, restartMs: 1, ...init })
}

/** A program that does this. */
async function program(script: string): Promise<string> {
  const path = join(root, `program-${count++}`)
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return path
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function pidOf(tor: Tor): Promise<number> {
  return until(() => tor.status().pid)
}

/** The ports of a Tor of our own, for another node: beside where it hands inbound connections to us. */
function portsOf(tor: Tor): { control: string; socks: string } {
  const { path } = tor.inbound as { path: string }
  return { control: `unix:${join(path, '../control.sock')}`, socks: `unix:${join(path, '../socks.sock')}` }
}

/** Inodes of the sockets of a process. */
async function socketsOf(pid: number): Promise<Set<string>> {
  const names = await readdir(`/proc/${pid}/fd`)
  const links = await Promise.all(names.map(name => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')))
  return new Set(links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}

test('a missing program: the error says how to get it', async () => {
  await expect(offline({ program: '/nowhere/tor' })).rejects.toMatchObject({
    code: 'no-tor',
    retryable: false,
    message: expect.stringMatching(/apt install tor.*brew install tor/),
  })
})

test('a data directory that cannot be', async () => {
  const file = join(root, 'file')
  await writeFile(file, '')
  await expect(offline({ dataDir: join(file, 'below') })).rejects.toMatchObject({ code: 'bad-option' })
})

test('a program that may not be run', async () => {
  const path = join(root, 'not-executable')
  await writeFile(path, 'x', { mode: 0o600 })
  await expect(offline({ program: path })).rejects.toMatchObject({ code: 'no-tor' })
})

test.each([
  ['is another', 'echo GNU bash, version x'],
  ['is too old', 'echo Tor version 0.4.6.10.'],
  ['fails', 'exit 1'],
  ['talks without end', 'yes'],
])('a program that %s', async (_, script) => {
  await expect(offline({ program: await program(script) })).rejects.toMatchObject({ code: 'wrong-version' })
})

test('a program that ends at once: the error has what it said', async () => {
  const path = await program(
    'case "$1" in --version) echo "Tor version 0.4.9.11.";; *) echo "Nov 21 18:01:26.473 [err] the disk is full"; exit 3;; esac',
  )
  await expect(offline({ program: path })).rejects.toMatchObject({
    code: 'tor-failed',
    message: expect.stringMatching(/code 3.*the disk is full/),
  })
})

test('a program that never opens its control port is ended', async () => {
  const pidFile = join(root, 'pid')
  const path = await program(
    `case "$1" in --version) echo "Tor version 0.4.9.11.";; *) echo $$ > ${pidFile}; trap '' TERM; exec sleep 1000;; esac`,
  )
  await expect(offline({ program: path, controlTimeoutMs: 300 })).rejects.toMatchObject({
    code: expect.stringMatching(/^(control|tor)-failed$/),
  })
  expect(runs(Number(await readFile(pidFile, 'utf8')))).toBe(false)
}, 20_000)

describe.skipIf(!hasTor)('with the program tor', () => {
  test('it is started with a directory of its own, and ends with us', async () => {
    const dataDir = freshDir()
    const tor = await offline({ dataDir })
    const pid = await pidOf(tor)
    expect((await stat(join(dataDir, 'tor'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(dataDir, 'onion.key'))).mode & 0o777).toBe(0o600)
    expect(tor.status()).toMatchObject({ state: 'starting', restarts: 0 })
    await tor.stop()
    expect(runs(pid)).toBe(false)
  })

  test.skipIf(process.platform !== 'linux')(
    'its ports are sockets that nobody else can reach; it opens no other',
    async () => {
      const dataDir = freshDir()
      await using tor = await offline({ dataDir })
      const torrc = await readFile(join(dataDir, 'tor', 'torrc'), 'utf8')
      expect(torrc).toMatch(/^SocksPort unix:.*OnionTrafficOnly/m)
      expect(torrc).toMatch(/^ControlPort unix:/m)
      const sockets = await socketsOf(await pidOf(tor))
      expect(sockets.size).toBeGreaterThan(0)
      // proc_net(5): the inode is the tenth column
      for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
        const lines = (await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')).split('\n')
        expect(lines.filter(line => sockets.has(line.trim().split(/\s+/)[9] ?? ''))).toEqual([])
      }
    },
  )

  test('kill -9: it is reported, started again, and serves the same address', async () => {
    await using tor = await offline()
    await tor.serve(tor.inbound)
    const onion = tor.onion().toString()
    const first = await pidOf(tor)
    const down = new Promise<Event>(resolve => tor.addEventListener('down', resolve, { once: true }))
    process.kill(first, 'SIGKILL')
    expect(await down).toMatchObject({ detail: { code: 'tor-failed', message: expect.stringContaining('SIGKILL') } })
    await until(() => tor.status().hasProofOfWork !== undefined)
    expect(await pidOf(tor)).not.toBe(first)
    expect(tor.status()).toMatchObject({ onion, restarts: 1 })
  })

  test('again and again, also while it starts', async () => {
    await using tor = await offline({ maxRestartMs: 20 })
    await tor.serve(tor.inbound)
    for (let round = 0; round < 5; round++) {
      const pid = await pidOf(tor)
      process.kill(pid, 'SIGKILL')
      await until(() => tor.status().pid !== undefined && tor.status().pid !== pid)
    }
    await until(() => tor.status().hasProofOfWork !== undefined)
  })

  test('one that hangs is killed and started again', async () => {
    await using tor = await offline({ keepAliveMs: 20, controlTimeoutMs: 1_000 })
    const pid = await pidOf(tor)
    process.kill(pid, 'SIGSTOP')
    await until(() => !runs(pid) && tor.status().restarts === 1, { timeoutMs: 30_000 })
  })

  test('stopping in the middle of a restart leaves nothing behind', async () => {
    const dataDir = freshDir()
    const tor = await offline({ dataDir })
    const down = new Promise(resolve => tor.addEventListener('down', resolve, { once: true }))
    process.kill(await pidOf(tor), 'SIGKILL')
    await down
    await until(() => tor.status().pid)
    const pid = await pidOf(tor)
    await tor.stop()
    expect(runs(pid)).toBe(false)
    expect(tor.status().state).toBe('stopped')
  })

  test('the onion address is known before it runs, and outlives its data', async () => {
    const dataDir = freshDir()
    const before = await offline({ dataDir })
    const onion = before.onion().toString()
    await before.stop()
    await rm(join(dataDir, 'tor'), { recursive: true })
    await using after = await offline({ dataDir })
    expect(after.onion().toString()).toBe(onion)
    // Tor itself says which address it serves, and serve() compares
    await after.serve(after.inbound)
    expect(after.status().hasProofOfWork).toBeDefined()
  })

  test.each([
    ['long', join('x'.repeat(60), 'y'.repeat(60))],
    ['full of what needs quotes', 'Nätz "Büro" \\ 1'],
  ])('a directory whose name is %s', async (_, name) => {
    const dataDir = join(root, name)
    await mkdir(dataDir, { recursive: true })
    const sockets = async () =>
      (await readdir(tmpdir())).filter(entry => entry.startsWith('stoa-tor-') && !entry.startsWith('stoa-tor-test'))
    const others = await sockets()
    const tor = await offline({ dataDir })
    await tor.serve(tor.inbound)
    expect(Buffer.byteLength((tor.inbound as { path: string }).path)).toBeLessThan(104)
    await tor.stop()
    expect(await sockets()).toEqual(others)
  })

  test('what a node that was killed left is taken away, and a Tor of it that is about to end does no harm', async () => {
    const dataDir = freshDir()
    await mkdir(join(dataDir, 'tor', 'sockets-AAAAAA'), { recursive: true })
    const url = JSON.stringify(import.meta.resolve('@stoa/tor'))
    const script = `import { startTor } from ${url}
      const tor = await startTor({ dataDir: ${JSON.stringify(dataDir)}, torrc: ['DisableNetwork 1'], waitForBootstrap: false })
      console.log(tor.status().pid)
      process.kill(process.pid, 'SIGKILL')`
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
    expect(child.signal).toBe('SIGKILL')
    await using tor = await offline({ dataDir })
    await tor.serve(tor.inbound)
    await until(() => !runs(Number(child.stdout)))
    expect(tor.status()).toMatchObject({ restarts: 0, hasProofOfWork: expect.any(Boolean) })
    expect(await readdir(join(dataDir, 'tor'))).not.toContain('sockets-AAAAAA')
  }, 30_000)

  test('a line of torrc that it does not take: the error says which', async () => {
    await expect(offline({ torrc: ['NoSuchOption 1'] })).rejects.toMatchObject({
      code: 'tor-failed',
      message: expect.stringContaining('NoSuchOption'),
    })
  })

  test('without a way into its network the start fails, says how far it came, and leaves nothing', async () => {
    const pids: Array<number | undefined> = []
    const starting = offline({
      waitForBootstrap: true,
      bootstrapTimeoutMs: 300,
      onBootstrap: () => pids.push(undefined),
    })
    await expect(starting).rejects.toMatchObject({
      code: 'bootstrap-failed',
      retryable: true,
      message: expect.stringContaining('bridge'),
    })
  })

  test('another node joins it by its control port: cookie, service, and back when it was killed', async () => {
    const dataDir = freshDir()
    await using own = await offline({ dataDir })
    await using joined = await startTor({
      dataDir: freshDir(),
      ...portsOf(own),
      waitForBootstrap: false,
      restartMs: 10,
    })
    await joined.serve({ host: '127.0.0.1', port: 12_345 })
    expect(joined.status().hasProofOfWork).toBeDefined()
    process.kill(await pidOf(own), 'SIGKILL')
    await until(() => joined.status().restarts === 1 && joined.status().hasProofOfWork !== undefined)
  })

  test('the same by its password, and not by another', async () => {
    const { stdout } = spawnSync('tor', ['--quiet', '--hash-password', 'let me in'], { encoding: 'utf8' })
    await using own = await offline({
      torrc: ['DisableNetwork 1', `HashedControlPassword ${stdout.trim().split('\n').at(-1)}`],
    })
    const ports = portsOf(own)
    const init = { dataDir: freshDir(), ...ports, waitForBootstrap: false }
    await using joined = await startTor({ ...init, controlPassword: 'let me in' })
    expect(joined.status().reason).toBeUndefined()
    await expect(startTor({ ...init, controlPassword: 'let me out' })).rejects.toMatchObject({ code: 'auth-refused' })
  })

  test('two nodes do not share a data directory: the second says so', async () => {
    const dataDir = freshDir()
    await using first = await offline({ dataDir })
    // Tor waits 5 s for the other to leave
    await expect(offline({ dataDir, controlTimeoutMs: 20_000 })).rejects.toMatchObject({
      code: 'tor-failed',
      message: expect.stringContaining('another Tor process is running with the same data directory'),
    })
    expect(first.status().restarts).toBe(0)
    expect(runs(await pidOf(first))).toBe(true)
  }, 30_000)

  test('a SOCKS port that is not in the network yet is not dialled', async () => {
    await using tor = await offline()
    expect(() => tor.socks()).toThrow(
      expect.objectContaining({ code: 'tor-down', message: expect.stringContaining('%') }),
    )
  })
})
