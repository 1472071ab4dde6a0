import { expect, test } from 'vitest'
import { DEFAULTS } from '../settings.ts'
import { parseCommand } from './command.ts'
import { UsageError } from './usage-error.ts'
import type { SweepCommand } from './command.ts'

function settings(line: string) {
  const command = parseCommand(line.split(' ').filter(word => word !== ''))
  if (command.type !== 'run') throw new Error(`${line} is a ${command.type}`)
  return command.settings
}

function sweepOf(line: string): SweepCommand {
  const command = parseCommand(['sweep', '--out', 'x', ...line.split(' ')])
  if (command.type !== 'sweep') throw new Error(`${line} is a ${command.type}`)
  return command
}

test('without flags it is the defaults', () => {
  expect(settings('')).toEqual(DEFAULTS)
  expect(settings('--')).toEqual(DEFAULTS)
})

test('the command of the README is understood', () => {
  const line =
    '--nodes 1000 --topology random:8 --latency 50..150ms --loss 1% --size 2KiB --rate 20/s --duration 60s --seed 1 --set gossip.D=6'
  expect(settings(line)).toMatchObject({
    nodes: 1_000,
    topology: { random: 8 },
    latencyMs: [50, 150],
    loss: 0.01,
    messageBytes: 2_048,
    rate: 20,
    durationMs: 60_000,
    seed: '1',
    gossip: { D: 6 },
  })
})

test('a profile says what links are like, and flags override it', () => {
  expect(settings('--profile lan --latency 5ms')).toMatchObject({ latencyMs: [5, 5], bytesPerSecond: 125_000_000 })
  expect(settings('--bandwidth none').bytesPerSecond).toBe(Infinity)
})

test('few nodes have as many neighbours as there are', () => {
  expect(settings('--nodes 5').topology).toEqual({ random: 4 })
})

test.each([
  ['--nodes ten', '--nodes is ten, it takes'],
  ['--nodes 1', '--nodes: nodes is 1, it takes an integer from 2 to 10,000'],
  ['--nodes 5 --topology random:8', '--topology: topology.random is 8, it takes an integer from 1 to 4'],
  ['--topology mesh', '--topology is mesh, it takes line, ring, star, full or random:N'],
  ['--latency 150..50ms', '--latency is 150..50ms, it takes a range'],
  ['--latency 50', '--latency is 50, it takes a range'],
  ['--loss 100%', '--loss: loss is 1, it takes 0 up to but not 1'],
  ['--size 1GiB', '--size is 1GiB, it takes a size'],
  ['--size 1MiB', '--size: messageBytes is 1048576, it takes an integer from 8 to 65,000'],
  ['--profile mars', '--profile is mars, it takes one of lan, continent, world, tor'],
  ['--set gossip.Q=1', '--set names gossip.Q, there are gossip.D,'],
  ['--set gossip.D', '--set is gossip.D, it takes NAME=VALUE'],
  ['--set gossip.D=6.5', '--set gossip.D is 6.5, it takes an integer from 1'],
  ['--set gossip.floodPublish=yes', '--set gossip.floodPublish is yes, it takes true or false'],
  ['--set gossip.D=4 --set gossip.Dlo=5', '--set: gossip.Dlo is 5, it takes an integer from 1 to D, 4'],
  ['--dilation 0.5', '--dilation: dilation is 0.5, it takes 1 to 1,000'],
  ['--frob', "Unknown option '--frob'"],
  ['--nodes', "Option '--nodes <value>' argument missing"],
  ['swep', 'there is no swep'],
  ['--vary gossip.D=4', '--vary is of a sweep'],
  ['sweep --out x', 'a sweep needs at least one --vary'],
  ['sweep --vary gossip.D=4', 'a sweep needs --out DIR'],
  ['sweep --out x --vary gossip.D=', '--vary is gossip.D=, it takes NAME=VALUE,VALUE'],
  ['sweep --out x --vary gossip.D=4,4', '--vary gossip.D has a value twice'],
  ['sweep --out x --vary gossip.D=4 --vary gossip.D=5', '--vary gossip.D is there twice'],
  ['sweep --out x --vary gossip.D=4,x', '--vary, at D=x: --set gossip.D is x'],
  ['sweep --out x --vary colour=red', '--vary names colour'],
  ['sweep --out x --vary seed=1,2', '--vary seed: all settings have the same seeds'],
  ['--seeds 3', '--seeds is of a sweep'],
  ['sweep --out x --vary gossip.D=4 --seeds 0', '--seeds is 0, it takes an integer from 1 to 20'],
  ['sweep --out x --vary gossip.D=4 --seeds 21', '--seeds is 21, it takes an integer from 1 to 20'],
  ['sweep --out x --vary gossip.D=4 --seeds 2.5', '--seeds is 2.5, it takes an integer from 1 to 20'],
  ['sweep --out x --vary gossip.D=4 --seeds many', '--seeds is many, it takes an integer from 1 to 20'],
  [
    `sweep --out x --seeds 20 --vary gossip.Dlazy=${Array.from({ length: 51 }, (_, index) => index).join()}`,
    '--vary makes 51 settings, with --seeds 20 that is 1,020 runs, the limit is 1,000',
  ],
  ['sweep --out x --vary gossip.D=4 --again never', '--again is never, it takes invalid or all'],
])('%s is refused with what, where and what it takes', (line, says) => {
  const parse = () => parseCommand(line.split(' '))
  expect(parse).toThrow(UsageError)
  expect(parse).toThrow(says)
})

test('a sweep has all combinations and the settings that nothing was varied in, all with one seed', () => {
  const { settings: all, isComparable } = sweepOf(
    '--seed s --vary gossip.D=4,6,8,10 --vary gossip.heartbeatMs=300,700,1000',
  )
  expect(all).toHaveLength(13)
  expect(all.slice(0, 3).map(({ label }) => label)).toEqual(['base', 'D=4 heartbeatMs=300', 'D=4 heartbeatMs=700'])
  expect(all.at(-1)!.settings.gossip).toMatchObject({ D: 10, heartbeatInterval: 1_000 })
  expect(new Set(all.map(({ settings: { seed } }) => seed))).toEqual(new Set(['s']))
  expect(isComparable).toBe(true)
})

test('a sweep has one seed for each setting, or as many as it is given', () => {
  expect(sweepOf('--vary gossip.D=4,6').seeds).toBe(1)
  expect(sweepOf('--vary gossip.D=4,6 --seeds 20').seeds).toBe(20)
})

test('networks of several sizes are not held against each other', () => {
  const { settings: all, isComparable } = sweepOf('--vary nodes=50,100')
  expect(all.map(({ settings: { nodes } }) => nodes)).toEqual([50, 100])
  expect(isComparable).toBe(false)
})
