// One side of a bench in its own process.
//   node worker.ts serve PEER            prints where, serves until its stdin closes
//   node worker.ts ask PEER WHERE WHAT   prints the measured figure
import { peerOf } from './peers/by-name.ts'
import type { PeerName } from './peers/by-name.ts'

const [role, name, where, what] = process.argv.slice(2) as [string, PeerName, string, string]
const peer = await peerOf(name)
process.on('uncaughtException', error => {
  console.error(`${role} ${name}:`, error)
  process.exit(1)
})

/** Long enough for the machine code to be the optimised one. */
const WARM_UP_MS = 1_000
const MEASURE_MS = 2_000
const PAYLOAD = new Uint8Array(100).fill(7)
const BULK_BYTES = 268_435_456

if (role === 'serve') {
  console.log(await peer.serve())
  process.stdin.on('end', () => process.exit(0)).resume()
} else {
  const connection = await peer.connect(where)
  console.log(await measure(connection))
  await connection.close()
  process.exit(0)
}

async function measure({ request, bulk }: Awaited<ReturnType<typeof peer.connect>>): Promise<number> {
  if (what === 'bulk') {
    await bulk!(BULK_BYTES / 4)
    const started = performance.now()
    await bulk!(BULK_BYTES)
    return BULK_BYTES / 1e6 / ((performance.now() - started) / 1000)
  }
  const inFlight = Number(what)
  await requestsPerSecond(request!, inFlight, WARM_UP_MS)
  return requestsPerSecond(request!, inFlight, MEASURE_MS)
}

async function requestsPerSecond(
  request: (payload: Uint8Array) => Promise<unknown>,
  inFlight: number,
  forMs: number,
): Promise<number> {
  const started = performance.now()
  const until = started + forMs
  let done = 0
  const askOn = async (): Promise<void> => {
    while (performance.now() < until) {
      await request(PAYLOAD)
      done++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, askOn))
  return done / ((performance.now() - started) / 1000)
}
