import { TimerHeap } from './timer-heap.ts'
import type { Due } from './timer-heap.ts'

/** What of the machine's own time the dilated one stands on. Taken when it is made, before anything is replaced. */
export interface RealTime {
  /** Monotonic, in ms. */
  now: () => number
  setTimeout: (run: () => void, delayMs: number) => unknown
  clearTimeout: (timer: unknown) => void
  /** Runs soon, with the microtasks of what ran before it done: as between two timers of Node. */
  setImmediate: (run: () => void) => unknown
  setInterval: typeof setInterval
  clearInterval: typeof clearInterval
}

export function realTime(): RealTime {
  const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, performance } = globalThis
  return {
    now: performance.now.bind(performance),
    setTimeout,
    clearTimeout: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
    setInterval,
    clearInterval,
    setImmediate,
  }
}

/** A longer delay is one that is never due. Node would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

/**
 * A clock that goes `1 / dilation` as fast as that of the machine, with timers of its own: those that are due run in the order of their
 * moments, whatever the delays they were set with, so that a machine that is late does not change who comes first.
 */
export class DilatedTime {
  readonly #real: RealTime
  readonly #heap = new TimerHeap<DilatedTimer>()
  #dilation: number
  #realMs: number
  #baseMs: number
  #order = 0
  #armed: unknown
  #armedForMs = Infinity
  #isStopped = false

  constructor(dilation: number, real: RealTime = realTime()) {
    this.#real = real
    this.#dilation = dilation
    this.#realMs = real.now()
    this.#baseMs = this.#realMs
  }

  get dilation(): number {
    return this.#dilation
  }

  /** Goes on from now at another rate. */
  set dilation(dilation: number) {
    this.#baseMs = this.now()
    this.#realMs = this.#real.now()
    this.#dilation = dilation
    this.#arm(true)
  }

  get real(): RealTime {
    return this.#real
  }

  /** Of the network, in ms, monotonic. */
  now(): number {
    return this.#baseMs + (this.#real.now() - this.#realMs) / this.#dilation
  }

  setTimeout(run: (...args: unknown[]) => void, delayMs = 0, args: unknown[] = []): DilatedTimer {
    return this.#set(new DilatedTimer(this, run, args, clampDelay(delayMs), false))
  }

  setInterval(run: (...args: unknown[]) => void, delayMs = 0, args: unknown[] = []): DilatedTimer {
    return this.#set(new DilatedTimer(this, run, args, Math.max(1, clampDelay(delayMs)), true))
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise(resolve => void this.setTimeout(() => resolve(), delayMs))
  }

  clear(timer: DilatedTimer): void {
    timer.isCleared = true
    this.#heap.remove(timer)
  }

  refresh(timer: DilatedTimer): void {
    this.#heap.remove(timer)
    timer.isCleared = false
    this.#set(timer)
  }

  /** Nothing that was set runs any more. */
  stop(): void {
    this.#isStopped = true
    this.#heap.clear()
    this.#real.clearTimeout(this.#armed)
  }

  #set(timer: DilatedTimer): DilatedTimer {
    if (this.#isStopped) return timer
    timer.atMs = this.now() + timer.delayMs
    timer.order = this.#order++
    this.#heap.add(timer)
    if (timer.atMs < this.#armedForMs) this.#arm(true)
    return timer
  }

  #arm(anew: boolean): void {
    const next = this.#heap.first
    if (next === undefined || next.atMs === Infinity || this.#isStopped) return
    if (!anew && next.atMs >= this.#armedForMs) return
    this.#real.clearTimeout(this.#armed)
    this.#armedForMs = next.atMs
    const delayMs = Math.max(0, (next.atMs - this.now()) * this.#dilation)
    this.#armed = this.#real.setTimeout(() => this.#pump(), Math.min(delayMs, MAX_DELAY_MS))
  }

  #pump(): void {
    this.#armedForMs = Infinity
    const nowMs = this.now()
    while ((this.#heap.first?.atMs ?? Infinity) <= nowMs) {
      const timer = this.#heap.shift()!
      this.#real.setImmediate(() => this.#fire(timer))
    }
    this.#arm(false)
  }

  #fire(timer: DilatedTimer): void {
    if (timer.isCleared || this.#isStopped) return
    if (timer.isRepeated) this.#set(timer)
    timer.run(...timer.args)
  }
}

/** What Node's `Timeout` offers. It never keeps a process alive by itself: the run does. */
export class DilatedTimer implements Due {
  atMs = 0
  order = 0
  index = -1
  isCleared = false
  readonly delayMs: number
  readonly isRepeated: boolean
  readonly run: (...args: unknown[]) => void
  readonly args: unknown[]
  readonly #time: DilatedTime

  constructor(
    time: DilatedTime,
    run: (...args: unknown[]) => void,
    args: unknown[],
    delayMs: number,
    isRepeated: boolean,
  ) {
    this.#time = time
    this.run = run
    this.args = args
    this.delayMs = delayMs
    this.isRepeated = isRepeated
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }

  refresh(): this {
    this.#time.refresh(this)
    return this
  }

  close(): this {
    this.#time.clear(this)
    return this
  }

  [Symbol.dispose](): void {
    this.#time.clear(this)
  }
}

function clampDelay(delayMs: number): number {
  const delay = Number(delayMs)
  if (delay > MAX_DELAY_MS) return Infinity
  return delay > 0 ? delay : 0
}
