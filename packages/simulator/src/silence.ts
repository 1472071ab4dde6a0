import type { ComponentLogger, Logger } from '@libp2p/interface'

/** libp2p makes a logger for each connection and stream, enabled or not: a thousand nodes make a hundred thousand. */
export function silence(): ComponentLogger {
  return { forComponent: () => silent }
}

const nothing = () => {}
const silent: Logger = Object.assign(nothing, {
  enabled: false,
  trace: nothing,
  error: nothing,
  newScope: () => silent,
})
