// One simulated network: node simulation-worker.ts SETTINGS prints its result as one line of JSON, and how far it is on stderr.
import { simulateNetwork } from '@stoa/simulator'
import type { NetworkSettings } from '@stoa/simulator'

const TELL_EVERY_S = 15

const settings = JSON.parse(process.argv[2]!) as Partial<NetworkSettings>
let toldS = 0
const result = await simulateNetwork(settings, {
  onProgress: ({ phase, share, dilation, wallSeconds, rssBytes }) => {
    if (wallSeconds - toldS < TELL_EVERY_S) return
    toldS = wallSeconds
    const memory = `${Math.round(rssBytes / 1e6)} MB`
    console.error(
      `  ${settings.nodes} nodes, ${Math.round(wallSeconds)} s: ${phase} ${Math.round(share * 100)} %, dilation ${dilation.toFixed(1)}, ${memory}`,
    )
  },
})
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
