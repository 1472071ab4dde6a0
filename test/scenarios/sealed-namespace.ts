import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'

/** A wire of which nobody holds the other end, and a router there that takes every packet; documentation addresses (RFC 5737, RFC 3849). */
const ROUTER = { ip4: '192.0.2.1', ip6: '2001:db8::1', mac: '02:00:00:00:00:01' }
const WIRE = [
  'link set lo up',
  'link add sink type veth peer name nobody',
  'link set nobody up',
  'addr add 192.0.2.2/24 dev sink',
  'addr add 2001:db8::2/64 dev sink nodad',
  'link set sink up',
  `neigh add ${ROUTER.ip4} lladdr ${ROUTER.mac} dev sink`,
  `neigh add ${ROUTER.ip6} lladdr ${ROUTER.mac} dev sink`,
  `route add default via ${ROUTER.ip4}`,
  `-6 route add default via ${ROUTER.ip6}`,
]
const NAME_SERVER = '192.0.2.53'

/**
 * A network namespace that seems to reach the whole internet, and counts every packet that a program in it sends: to anywhere, to names, to all,
 * to its own loopback. Only the ports of an API on loopback are none of it, and what the kernel says by itself to find neighbours (ICMPv6).
 */
export class SealedNamespace implements Disposable {
  readonly name: string
  readonly #apiPorts: readonly number[]

  /** Needs root, `ip` and `nft`: {@link cannotSeal}. */
  constructor(name: string, apiPorts: readonly number[]) {
    this.name = name
    this.#apiPorts = apiPorts
    ip('netns', 'add', name)
    try {
      // `ip netns exec` shows programs this file in place of the machine's
      mkdirSync(this.#etc, { recursive: true })
      writeFileSync(`${this.#etc}/resolv.conf`, `nameserver ${NAME_SERVER}\noptions timeout:1 attempts:1\n`)
      for (const command of WIRE) ip('-n', name, ...command.split(' '))
      execFileSync('ip', ['netns', 'exec', name, 'nft', '-f', '-'], { input: this.#rules() })
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  /** What runs a program in here, to be put before it. */
  get prefix(): [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.name]
  }

  /** Packets so far. */
  packets(): number {
    return Number(/packets (\d+)/.exec(this.#nft('list', 'counter', 'inet', 'sealed', 'sent'))?.[1])
  }

  /** Where they went, for whoever wants to know why. */
  destinations(): string {
    return this.#nft('list', 'sets', 'inet')
  }

  [Symbol.dispose](): void {
    spawnSync('ip', ['netns', 'delete', this.name], { stdio: 'ignore' })
    rmSync(this.#etc, { recursive: true, force: true })
  }

  get #etc(): string {
    return `/etc/netns/${this.name}`
  }

  #nft(...args: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.name, 'nft', ...args], { encoding: 'utf8' })
  }

  #rules(): string {
    const api = `{ ${this.#apiPorts.join(', ')} }`
    return `table inet sealed {
      counter sent {}
      set to4 { type ipv4_addr . inet_proto . inet_service; flags dynamic; size 4096; }
      set to6 { type ipv6_addr . inet_proto . inet_service; flags dynamic; size 4096; }
      chain out {
        type filter hook output priority 0; policy accept;
        oif lo tcp dport ${api} accept
        oif lo tcp sport ${api} accept
        icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-report, mld-listener-done, mld2-listener-report } accept
        counter name sent
        meta nfproto ipv4 add @to4 { ip daddr . meta l4proto . th dport }
        meta nfproto ipv6 add @to6 { ip6 daddr . meta l4proto . th dport }
      }
    }`
  }
}

/** Why there can be no such namespace on this machine; undefined when there can. */
export function cannotSeal(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const missing = ['ip', 'nft', 'nsenter'].filter(
    program => spawnSync(program, ['-V'], { stdio: 'ignore' }).error !== undefined,
  )
  return missing.length === 0 ? undefined : `${missing.join(', ')} not found`
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
