// Loaded into a node before its own code, by `node --import`: writes down when each message of a measuring topic was published or arrived, by the
// clock that all processes of a machine share. What the node itself makes of it is not looked at.
import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'

interface Router extends EventTarget {
  publish(topic: string, data: Uint8Array, ...rest: unknown[]): Promise<unknown>
}

const file = process.env.STOA_PROBE_LOG!
const seen = new WeakSet<EventTarget>()

// whoever listens to the messages of a gossipsub has it in hand
const own = Object.getOwnPropertyDescriptor(EventTarget.prototype, 'addEventListener')!
const addEventListener = own.value as (this: EventTarget, ...given: Parameters<EventTarget['addEventListener']>) => void
EventTarget.prototype.addEventListener = function (this: EventTarget, ...given) {
  if (given[0] === 'gossipsub:message' && !seen.has(this)) {
    seen.add(this)
    watch(this as Router)
  }
  addEventListener.apply(this, given)
}

function watch(router: Router): void {
  const publish = router.publish.bind(router)
  router.publish = async (topic, data, ...rest) => {
    note('published', topic, data)
    return publish(topic, data, ...rest)
  }
  router.addEventListener('gossipsub:message', event => {
    const { topic, data } = (event as CustomEvent<{ msg: { topic: string; data: Uint8Array } }>).detail.msg
    note('arrived', topic, data)
  })
}

function note(what: 'published' | 'arrived', topic: string, data: Uint8Array): void {
  if (!topic.includes('/measure/')) return
  // CLOCK_MONOTONIC: the same for all processes
  const atNs = process.hrtime.bigint()
  appendFileSync(file, `${what} ${createHash('sha256').update(data).digest('hex')} ${atNs}\n`)
}
