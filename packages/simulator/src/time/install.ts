import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import { SimulatorError } from '../errors.ts'
import { DilatedTime, DilatedTimer } from './dilated-time.ts'

let isInstalled = false

export interface InstalledTime extends Disposable {
  readonly time: DilatedTime
}

/**
 * From now on everything in this process that asks for the time or sets a timer gets the dilated one, until it is disposed of: libp2p, its
 * packages and ours name the globals when they use them (of all that are loaded here none keeps them from before). What is Node's own, such
 * as sockets, is not changed.
 */
export function installTime(dilation: number): InstalledTime {
  if (isInstalled)
    throw new SimulatorError('running', 'a simulation is running in this process already: time has one rate')
  isInstalled = true
  const time = new DilatedTime(dilation)
  const timing = timersOf(time)
  const undo = [
    replace(globalThis, timing),
    replace(globalThis, { Date: dateOf(time) }),
    replace(performance, { now: () => time.now() }),
    replace(AbortSignal, { timeout: (delayMs: number) => abortedAfter(time, delayMs) }),
    replace(timers, timing),
  ]
  syncBuiltinESMExports()
  return {
    time,
    [Symbol.dispose]: () => {
      for (const restore of undo) restore()
      syncBuiltinESMExports()
      time.stop()
      isInstalled = false
    },
  }
}

type Run = (...args: unknown[]) => void

function timersOf(time: DilatedTime) {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout }
  // one that was set before the clock was replaced is still the machine's
  const clear = (timer: unknown) => {
    if (timer instanceof DilatedTimer) time.clear(timer)
    else real.clearTimeout(timer as ReturnType<typeof setTimeout>)
  }
  return {
    setTimeout: (run: Run, delayMs?: number, ...args: unknown[]) => time.setTimeout(run, delayMs, args),
    setInterval: (run: Run, delayMs?: number, ...args: unknown[]) => time.setInterval(run, delayMs, args),
    clearTimeout: clear,
    clearInterval: clear,
  }
}

function dateOf(time: DilatedTime): DateConstructor {
  const RealDate = globalThis.Date
  const offsetMs = RealDate.now() - time.now()
  const nowMs = () => Math.floor(offsetMs + time.now())
  return new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget) as Date,
    apply: () => new RealDate(nowMs()).toString(),
    get: (target, name, receiver) => (name === 'now' ? nowMs : (Reflect.get(target, name, receiver) as unknown)),
  })
}

function abortedAfter(time: DilatedTime, delayMs: number): AbortSignal {
  const controller = new AbortController()
  time.setTimeout(
    () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
    delayMs,
  )
  return controller.signal
}

function replace(target: object, values: object): () => void {
  const before = Object.keys(values).map(name => [name, Object.getOwnPropertyDescriptor(target, name)] as const)
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(target, name, { value: value as unknown, configurable: true, writable: true })
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(target, name)
      else Object.defineProperty(target, name, descriptor)
    }
  }
}
