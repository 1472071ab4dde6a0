/** spec/README.md */
const NETWORK = /^[a-z0-9-]{1,32}$/

/** @throws {TypeError} */
export function checkNetwork(network: string): string {
  if (NETWORK.test(network)) return network
  throw new TypeError(`network is ${JSON.stringify(network)}, it takes 1 to 32 characters of a-z, 0-9 and "-"`)
}
