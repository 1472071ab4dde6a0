/** spec/discovery.md §2. */
export function peersProtocol(network: string): string {
  return `/stoa/${network}/peers/1.0.0`
}

export function dhtProtocol(network: string): string {
  return `/stoa/${network}/kad/1.0.0`
}

/**
 * The mDNS service of a network: nodes of different networks on one LAN do not even see each other.
 * A label of DNS-SD has no dots and at most 15 characters besides the underscore (RFC 6763 §7.2), so a longer name is cut
 * and told apart by a checksum.
 */
export function mdnsServiceTag(network: string): string {
  const letters = network.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const label = SHORT_NAME.test(network) ? network : `${letters.slice(0, 4)}${checksum(network)}`
  return `_stoa-${label}._udp.local`
}

/** 15 characters less `stoa-`; DNS does not tell cases apart. */
const SHORT_NAME = /^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/

/** FNV-1a, six characters of it: only names that begin alike and collide by chance would share a service, and identify tells those apart. */
function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(36).padStart(7, '0').slice(-6)
}
