// One simulation in a process of its own: apart.ts starts it and sends the settings.
import { SimulatorError } from '../errors.ts'
import { simulateNetwork } from '../simulate.ts'
import type { NetworkSettings } from '../settings.ts'
import type { WorkerMessage } from './message.ts'

// Ctrl-C goes to all processes of a terminal; the one that started this decides
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(1))
process.once('message', (settings: NetworkSettings) => void run(settings))

async function run(settings: NetworkSettings): Promise<void> {
  try {
    const result = await simulateNetwork(settings, { onProgress: progress => send({ type: 'progress', progress }) })
    send({ type: 'result', result }, () => process.exit(0))
  } catch (error) {
    const code = error instanceof SimulatorError ? error.code : undefined
    const message = code === undefined ? ((error as Error).stack ?? String(error)) : (error as Error).message
    send({ type: 'error', code, message }, () => process.exit(1))
  }
}

function send(message: WorkerMessage, sent: () => void = () => {}): void {
  process.send?.(message, sent)
}
