/**
 * What an address says about where a peer sits, read from its text form: this file knows multiaddrs only as strings.
 * spec/discovery.md §3 (reach) and §6 (networks).
 */

/** How far an address reaches: this machine, this site, or anywhere. */
export type Reach = 'machine' | 'site' | 'anywhere'

const WIDTH: Record<Reach, number> = { machine: 0, site: 1, anywhere: 2 }

export function reachOf(address: string): Reach {
  const host = hostOf(address)
  if (host.kind === 'memory') return 'machine'
  if (host.kind === 'ip4') return reachOfIp4(host.bytes)
  if (host.kind === 'ip6') return reachOfIp6(host.words)
  return 'anywhere'
}

/**
 * Whether an address told over a connection of this reach can lead anywhere for us: a loopback address means the
 * teller's own machine, a private one its own site. It also keeps strangers from pointing us at ports inside our own LAN.
 */
export function usableWhenToldOver(connection: Reach, address: string): boolean {
  return WIDTH[reachOf(address)] >= WIDTH[connection]
}

/**
 * Peers of one network are likely run by one party: /16 of IPv4, /32 of IPv6 (as Bitcoin groups them), else the name. All onion
 * services are one network, since anybody can have any number of them.
 */
export function networkOf(address: string): string {
  const host = hostOf(address)
  if (host.kind === 'ip4') return `ip4/${host.bytes[0]}.${host.bytes[1]}`
  if (host.kind === 'ip6') return `ip6/${host.words[0]?.toString(16)}:${host.words[1]?.toString(16)}`
  return host.kind === 'name' ? `dns/${host.name}` : host.kind
}

type Host =
  | { kind: 'ip4'; bytes: readonly number[] }
  | { kind: 'ip6'; words: readonly number[] }
  | { kind: 'name'; name: string }
  | { kind: 'memory' }
  | { kind: 'onion' }
  | { kind: 'other' }

/** The first host of an address: for a relayed one that is the relay, which is what we would connect to. */
function hostOf(address: string): Host {
  const parts = address.split('/')
  const at = parts[1] === 'ip6zone' ? 3 : 1
  const value = parts[at + 1] ?? ''
  switch (parts[at]) {
    case 'ip4': {
      const bytes = parseIp4(value)
      return bytes === undefined ? { kind: 'other' } : { kind: 'ip4', bytes }
    }
    case 'ip6': {
      const words = parseIp6(value)
      if (words === undefined) return { kind: 'other' }
      const mapped = ip4InIp6(words)
      return mapped === undefined ? { kind: 'ip6', words } : { kind: 'ip4', bytes: mapped }
    }
    case 'dns':
    case 'dns4':
    case 'dns6':
    case 'dnsaddr':
      return value === 'localhost'
        ? { kind: 'ip4', bytes: [127, 0, 0, 1] }
        : { kind: 'name', name: value.toLowerCase().split('.').slice(-2).join('.') }
    case 'memory':
      return { kind: 'memory' }
    case 'onion3':
      return { kind: 'onion' }
    default:
      return { kind: 'other' }
  }
}

function parseIp4(text: string): number[] | undefined {
  const bytes = text.split('.').map(Number)
  const valid = bytes.length === 4 && bytes.every(byte => Number.isInteger(byte) && byte >= 0 && byte <= 255)
  return valid ? bytes : undefined
}

function parseIp6(text: string): number[] | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted !== null) {
    const tail = parseIp4(dotted[2] ?? '')
    if (tail === undefined) return undefined
    const [a = 0, b = 0, c = 0, d = 0] = tail
    return parseIp6(`${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`)
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map(half => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const words = [...head, ...Array<string>(missing).fill('0'), ...tail]
  return words.every(word => /^[0-9a-f]{1,4}$/i.test(word)) ? words.map(word => parseInt(word, 16)) : undefined
}

/** ::ffff:a.b.c.d (RFC 4291 §2.5.5.2) is an IPv4 address. */
function ip4InIp6(words: readonly number[]): number[] | undefined {
  if (words.slice(0, 5).some(word => word !== 0) || words[5] !== 0xffff) return undefined
  const [high = 0, low = 0] = words.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255]
}

function reachOfIp4([a = 0, b = 0]: readonly number[]): Reach {
  if (a === 127 || a === 0) return 'machine'
  // RFC 1918, RFC 3927 (link-local), RFC 6598 (carrier-grade NAT)
  const site =
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  return site ? 'site' : 'anywhere'
}

function reachOfIp6(words: readonly number[]): Reach {
  const first = words[0] ?? 0
  if (words.slice(0, 7).every(word => word === 0) && (words[7] ?? 0) <= 1) return 'machine'
  // fc00::/7 unique local (RFC 4193), fe80::/10 link-local
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80 ? 'site' : 'anywhere'
}
