import type { TorDirectories } from './run-directory.ts'

/**
 * The settings of a Tor of our own. What was given comes first, so that ours stand: of a line that can be there only
 * once Tor takes the last.
 */
export function torrc(given: readonly string[], directories: TorDirectories): string {
  const lines = [
    ...given,
    `DataDirectory ${quoted(directories.data)}`,
    // nothing but onion addresses goes through, whoever asks: no name is looked up, no exit is used
    `SocksPort unix:${quoted(directories.socks)} OnionTrafficOnly ExtendedErrors`,
    `ControlPort unix:${quoted(directories.control)}`,
    'CookieAuthentication 1',
    'ClientOnly 1',
    'Log notice stdout',
    // ends with us, however we end
    `__OwningControllerProcess ${process.pid}`,
  ]
  return `${lines.join('\n')}\n`
}

function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
