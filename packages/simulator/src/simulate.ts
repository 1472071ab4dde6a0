import { installTime } from './time/install.ts'
import { runNetwork } from './run.ts'
import { resolveSettings } from './settings.ts'
import { joinDilation } from './auto-dilation.ts'
import type { NetworkResult } from './result.ts'
import type { SimulateOptions } from './progress.ts'
import type { NetworkSettings } from './settings.ts'

/**
 * Runs a network of real libp2p nodes in this process and says what it measured. Meanwhile all timers and clocks of the process run on the
 * time of the network.
 * @throws {SimulatorError} `bad-setting`, `aborted`, `running`
 */
export async function simulateNetwork(
  given: Partial<NetworkSettings>,
  options: SimulateOptions = {},
): Promise<NetworkResult> {
  const settings = resolveSettings(given)
  using installed = installTime(joinDilation(settings))
  return await runNetwork(settings, installed.time, options)
}
