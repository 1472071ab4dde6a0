import { expect, test } from 'vitest'
import { flagOf, resolveConfig } from './resolve.ts'
import { OPTIONS } from './options.ts'
import type { OptionName } from './options.ts'

const file = (content: unknown) => ({ path: '/etc/stoa.json', text: JSON.stringify(content) })

test('without anything every option has its default', () => {
  expect(resolveConfig({ flags: {}, env: {} })).toMatchObject({
    data: '.stoa',
    network: 'main',
    listen: undefined,
    bootstrap: [],
    topics: [],
    mdns: true,
    nat: true,
    targetPeers: 12,
    api: '127.0.0.1:0',
    metricsWithoutToken: false,
  })
})

test('the command line wins over the environment, that over the file, that over the defaults', () => {
  const content = file({ data: 'from-file', network: 'from-file', mdns: false })
  const env = { STOA_DATA: 'from-env' }
  expect(resolveConfig({ flags: {}, env: {}, file: content })).toMatchObject({ data: 'from-file', mdns: false })
  expect(resolveConfig({ flags: {}, env, file: content })).toMatchObject({ data: 'from-env', network: 'from-file' })
  expect(resolveConfig({ flags: { data: 'from-flag' }, env, file: content })).toMatchObject({ data: 'from-flag' })
})

test('a list on the command line replaces the one in the file', () => {
  const content = file({ listen: ['/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/tcp/2'] })
  const flags = { listen: ['/ip4/127.0.0.1/tcp/3'] }
  expect(resolveConfig({ flags, env: {}, file: content }).listen).toEqual(['/ip4/127.0.0.1/tcp/3'])
})

test.for<[string, Parameters<typeof resolveConfig>[0], string]>([
  [
    'a flag',
    { flags: { listen: ['nowhere'] }, env: {} },
    '--listen is "nowhere"; it takes multiaddrs to listen on; default: TCP and WebSocket on all IPv4 interfaces, on free ports that dataDir remembers',
  ],
  [
    'a number that is none',
    { flags: { targetPeers: 'many' }, env: {} },
    '--target-peers is "many"; it takes peers to stay connected to',
  ],
  [
    'an API that others could reach',
    { flags: { api: '0.0.0.0:80' }, env: {} },
    '--api is "0.0.0.0:80"; it takes HOST:PORT on this machine, e.g. 127.0.0.1:4780, or off',
  ],
  [
    'a topic',
    { flags: { topics: ['a b'] }, env: {} },
    '--topic is "a b"; it takes up to 16 names of topics to stay on',
  ],
  [
    'a value in a file',
    { flags: {}, env: {}, file: file({ mdns: 'no' }) },
    'mdns in /etc/stoa.json is "no"; it takes find peers on the local network (Node only)',
  ],
  [
    'a name in a file',
    { flags: {}, env: {}, file: file({ listn: [] }) },
    `/etc/stoa.json has an option "listn"; it takes ${Object.keys(OPTIONS).join(', ')}`,
  ],
  [
    'a limit in a file',
    { flags: {}, env: {}, file: file({ limits: { maxConnections: 0 } }) },
    'limits.maxConnections in /etc/stoa.json is 0; it takes Too small: expected number to be >=1',
  ],
  [
    'a limit that is not one',
    { flags: {}, env: {}, file: file({ limits: { maxConnection: 1 } }) },
    'limits in /etc/stoa.json has no option maxConnection',
  ],
  [
    'a file of something else',
    { flags: {}, env: {}, file: file([]) },
    '/etc/stoa.json holds []; it takes an object of options',
  ],
])('%s that is wrong: which, what it got, what it takes, where', ([, sources, message]) => {
  expect(() => resolveConfig(sources)).toThrowError(expect.objectContaining({ code: 'bad-option', message }))
})

test('a file that is not JSON is named', () => {
  const broken = { path: '/etc/stoa.json', text: '{ "mdns": ' }
  expect(() => resolveConfig({ flags: {}, env: {}, file: broken })).toThrow(/^\/etc\/stoa\.json is not JSON: /)
})

test('a flag of an object’s own prototype is not an option', () => {
  const content = { path: 'f', text: '{ "constructor": 1 }' }
  expect(() => resolveConfig({ flags: {}, env: {}, file: content })).toThrow(/has an option "constructor"/)
})

test('every option but port and torrc of Tor, limits, and those of offers and mail has a form on the command line', async () => {
  const { createProgram } = await import('../cli/program.ts')
  const start = createProgram().commands.find(command => command.name() === 'start')!
  const known = start.options.map(option => option.long)
  const names = Object.keys(OPTIONS) as OptionName[]
  expect(names.filter(name => !known.includes(flagOf(name)))).toEqual([
    'torPort',
    'torrc',
    'limits',
    'offers',
    'mailbox',
  ])
})

const ONION = `/onion3/${'a'.repeat(56)}:4001`

test('in Tor a node is measured only when its operator says so, since clocks tell machines apart', () => {
  const measures = (sources: Parameters<typeof resolveConfig>[0]): boolean => resolveConfig(sources).measure
  expect(measures({ flags: {}, env: {} })).toBe(true)
  expect(measures({ flags: { measure: false }, env: {} })).toBe(false)
  expect(measures({ flags: { tor: true }, env: {} })).toBe(false)
  expect(measures({ flags: { tor: true }, env: {}, file: file({ measure: true }) })).toBe(true)
  expect(measures({ flags: { tor: true }, env: {}, file: file({ measure: false }) })).toBe(false)
})

test('in Tor, what is only for the open is off, and limits are left to the stack', () => {
  const content = file({ tor: true, limits: { maxConnections: 7 } })
  const config = resolveConfig({ flags: { bootstrap: [ONION] }, env: {}, file: content })
  expect(config).toMatchObject({ tor: true, torBridge: false, mdns: false, nat: false, limits: { maxConnections: 7 } })
  expect(Object.keys(config.limits)).toEqual(['maxConnections'])
  expect(resolveConfig({ flags: { tor: true, torBridge: true }, env: {} })).toMatchObject({ mdns: true, nat: true })
})

test.for<[string, Parameters<typeof resolveConfig>[0], { code: string; message: unknown }]>([
  [
    'an address to listen on beside Tor, without the word for it',
    { flags: { tor: true, listen: ['/ip4/0.0.0.0/tcp/4001'] }, env: {} },
    {
      code: 'clearnet-address',
      message: expect.stringMatching(/^--listen has "\/ip4\/0\.0\.0\.0\/tcp\/4001"; with --tor .* --tor-bridge /),
    },
  ],
  [
    'a bootstrap peer in the open',
    { flags: { tor: true }, env: {}, file: file({ bootstrap: [ONION, '/dns4/example.org/tcp/1'] }) },
    {
      code: 'clearnet-address',
      message: expect.stringContaining('bootstrap in /etc/stoa.json has "/dns4/example.org'),
    },
  ],
  [
    'a thing of Tor without Tor',
    { flags: { torProgram: '/usr/bin/tor' }, env: {} },
    { code: 'bad-option', message: '--tor-program says something of Tor; to be in Tor takes --tor' },
  ],
  [
    'multicast asked for beside Tor',
    { flags: { tor: true }, env: {}, file: file({ mdns: true }) },
    { code: 'bad-option', message: expect.stringContaining('mdns in /etc/stoa.json is true; with --tor') },
  ],
])('%s is refused', ([, sources, error]) => {
  expect(() => resolveConfig(sources)).toThrow(expect.objectContaining(error))
})
