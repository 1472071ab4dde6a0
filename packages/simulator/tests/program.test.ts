import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { heapLimitMb } from '../src/apart/apart.ts'
import { run } from '../src/cli/program.ts'
import { resultFromJson, SimulatorError } from '../src/index.ts'
import { sampleResult } from './sample-result.ts'
import type { ProgramInit } from '../src/cli/program.ts'

const SCRIPT = fileURLToPath(new URL('../../../scripts/simulate.ts', import.meta.url))
/** Real nodes, over in seconds. */
const QUICK = '--nodes 3 --profile lan --duration 1s --settle 1s --rate 10 --dilation 1 --size 100'.split(' ')

let directory: string
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'stoa-simulate-'))))
afterEach(async () => await rm(directory, { recursive: true }))

function program(init: Partial<ProgramInit> = {}) {
  const out: string[] = []
  const said: string[] = []
  const style = { isColored: false }
  const streams: ProgramInit = {
    stdout: { write: text => out.push(text) },
    stderr: { write: text => said.push(text) },
    signal: new AbortController().signal,
    stdoutStyle: style,
    stderrStyle: style,
    simulate: async settings => sampleResult({ settings }),
    ...init,
  }
  return {
    run: async (...args: string[]) => await run(args, streams),
    out: () => out.join(''),
    said: () => said.join(''),
  }
}

test('a network of real nodes is run in a process of its own, and reported as HTML, JSON and text', async () => {
  const { run: simulate, out } = program({ simulate: undefined })
  const code = await simulate(...QUICK, '--out', directory, '--seed', 'a')
  const result = resultFromJson(await readFile(join(directory, 'result.json'), 'utf8'))
  // a machine that is busy with other tests may be late, and then the program has to say so
  const isValid = result?.validity.isValid === true
  expect(code).toBe(isValid ? 0 : 1)
  expect(out()).toMatch(isValid ? /^VALID/ : /^NOT VALID/)
  expect(result).toMatchObject({ settings: { nodes: 3, seed: 'a' }, messages: { expected: 20, delivered: 20 } })
  expect(await readFile(join(directory, 'report.html'), 'utf8')).toContain('<svg ')
})

test('Ctrl-C ends a run at once, and says that nothing was measured', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [SCRIPT, '--nodes', '50'])
  let said = ''
  let isAsked = false
  for await (const text of child.stderr.setEncoding('utf8')) {
    said += text as string
    if (isAsked || !said.includes('joining')) continue
    isAsked = true
    child.kill('SIGINT')
  }
  const [code] = child.exitCode === null ? ((await once(child, 'exit')) as [number]) : [child.exitCode]
  expect(said).toContain('interrupted while joining: nothing was measured to the end, nothing was written')
  expect(said).not.toContain(' at ')
  expect(code).toBe(130)
})

test('a sweep that is interrupted says what is kept, and the same command goes on', async () => {
  const interrupt = new AbortController()
  const args = ['sweep', '--vary', 'gossip.D=3,4,6,8', '--out', directory]
  let ran = 0
  const first = program({
    signal: interrupt.signal,
    simulate: async settings => {
      if (++ran < 3) return sampleResult({ settings })
      interrupt.abort()
      throw new SimulatorError('aborted', 'aborted by the caller’s signal')
    },
  })
  expect(await first.run(...args)).toBe(130)
  expect(first.said()).toContain(`interrupted: 2 of 4 runs are done and kept in ${directory}`)
  const second = program()
  expect(await second.run(...args)).toBe(0)
  expect(second.said()).toContain('D=4: kept from before')
  expect((await readdir(directory)).toSorted()).toEqual(['runs', 'sweep.html', 'sweep.json'])
  expect(await readdir(join(directory, 'runs'))).toHaveLength(8)
})

test('a sweep with several seeds is resumed in the middle of a round, and has a report of every run', async () => {
  const args = ['sweep', '--vary', 'gossip.D=4,6', '--seeds', '3', '--seed', 's', '--out', directory]
  let ran = 0
  const first = program({
    simulate: async settings => {
      if (++ran === 4) throw new SimulatorError('died', 'the process ended')
      return sampleResult({ settings })
    },
  })
  expect(await first.run(...args)).toBe(1)
  expect(first.said()).toContain(`3 of 6 runs are done and kept in ${directory}`)
  const seeds: string[] = []
  const second = program({
    simulate: async settings => {
      seeds.push(`${settings.gossip?.D} ${settings.seed}`)
      return sampleResult({ settings })
    },
  })
  expect(await second.run(...args)).toBe(0)
  expect(seeds).toEqual(['6 s-2', '4 s-3', '6 s-3'])
  expect(second.said()).toContain('D=4, seed s-2: kept from before')
  const html = await readFile(join(directory, 'sweep.html'), 'utf8')
  const reports = (await readdir(join(directory, 'runs'))).filter(name => name.endsWith('.html'))
  expect(reports).toHaveLength(6)
  for (const name of reports) expect(html).toContain(`href="runs/${encodeURIComponent(name)}"`)
})

test('lost messages and a run that is not valid are exit code 1, with the figures', async () => {
  for (const change of [{ lost: 1 }, { isValid: false }]) {
    const bad = program({ simulate: async settings => sampleResult({ settings, ...change }) })
    expect(await bad.run('--json')).toBe(1)
    expect(resultFromJson(bad.out())).toBeDefined()
    expect(bad.said()).toMatch(/LOST|NOT VALID/)
  }
})

test('--json is the result and nothing else', async () => {
  const { run: simulate, out } = program()
  expect(await simulate('--json', '--bandwidth', 'none')).toBe(0)
  expect(resultFromJson(out())?.settings.bytesPerSecond).toBe(Infinity)
})

test('a command line that is wrong is exit code 2 before anything runs', async () => {
  const never = program({ simulate: async () => expect.unreachable() })
  expect(await never.run('--nodes', '1')).toBe(2)
  expect(await never.run('--out', join(SCRIPT, 'below-a-file'))).toBe(2)
  expect(never.said()).toContain('--out is ')
  expect(never.out()).toBe('')
})

test('a simulation whose process dies is exit code 1 with a reason', async () => {
  const dying = program({
    simulate: async () => {
      throw new SimulatorError('died', 'the process of the simulation ended (SIGABRT): a heap of 100 MB was not enough')
    },
  })
  expect(await dying.run()).toBe(1)
  expect(dying.said()).toContain('a heap of 100 MB was not enough')
})

test('help is exit code 0 and names every flag', async () => {
  const { run: simulate, out } = program()
  expect(await simulate('--help')).toBe(0)
  for (const flag of ['--nodes', '--profile', '--set', '--vary', '--seeds', '--dilation', '--again'])
    expect(out()).toContain(flag)
})

test('the heap grows with the network, within the machine', () => {
  const machine = 24 * 2 ** 30
  expect(heapLimitMb(1_000, machine)).toBeGreaterThan(heapLimitMb(100, machine))
  expect(heapLimitMb(10_000, 4 * 2 ** 30)).toBe(3 * 1_024)
})

test('a directory that cannot be made is refused before anything runs', async () => {
  const { run: simulate, said } = program()
  // Node's own recursive mkdir never came back from there
  expect(await simulate('--out', '/proc/stoa/out')).toBe(2)
  expect(said()).toContain('--out is /proc/stoa/out, it takes a directory that can be written')
})
