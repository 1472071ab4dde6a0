import { balancedOf, fastestOf, frontOf, isBeatenBy } from './front.ts'
import { meanOf, standardErrorOf } from './statistics.ts'
import type { NetworkResult } from '../result.ts'
import type { Costs, Sampled } from './front.ts'
import type { MeasuredSetting, Means, SweepPoint } from './point.ts'

/** @param isComparable whether one may be better than another at all */
export function compared(measured: readonly MeasuredSetting[], isComparable: boolean): SweepPoint[] {
  const samples = measured.map(({ label, runs }) => {
    const sample = sampleOf(runs.map(({ result }) => result))
    return sample === undefined ? undefined : { label, ...sample }
  })
  const weighed = isComparable ? samples.filter(sample => sample !== undefined) : []
  const front = frontOf(weighed)
  const [cheapest, fastest, balanced] = [front[0]?.label, fastestOf(front)?.label, balancedOf(front)?.label]
  // beaten by more than chance is not transitive: the one that beats it may be off the front itself
  const rivals = [...front, ...weighed]
  return measured.map((setting, index) => {
    const { label, runs } = setting
    const sample = samples[index]
    const marks: SweepPoint['marks'] = []
    if (label === fastest) marks.push('fastest')
    if (label === cheapest) marks.push('cheapest')
    if (label === balanced) marks.push('balanced')
    return {
      ...setting,
      means: meansOf(runs.map(({ result }) => result)),
      costs: sample && { delayMs: sample.delayMs, bytesPerDelivery: sample.bytesPerDelivery },
      standardErrors: sample && errorsOf(sample),
      isOnFront: front.some(point => point.label === label),
      marks,
      beatenBy: sample && rivals.find(rival => isBeatenBy(sample, rival))?.label,
    }
  })
}

/** Undefined when it has no costs with one of the seeds. */
function sampleOf(results: readonly NetworkResult[]): Sampled | undefined {
  const bySeed = results.map(costsOf).filter(costs => costs !== undefined)
  if (bySeed.length < results.length) return undefined
  return { ...overSeeds(bySeed, meanOf), bySeed }
}

function errorsOf({ bySeed }: Sampled): Costs | undefined {
  return bySeed.length < 2 ? undefined : overSeeds(bySeed, standardErrorOf)
}

function overSeeds(bySeed: readonly Costs[], of: (values: number[]) => number): Costs {
  return {
    delayMs: of(bySeed.map(({ delayMs }) => delayMs)),
    bytesPerDelivery: of(bySeed.map(({ bytesPerDelivery }) => bytesPerDelivery)),
  }
}

/** A machine that was late, or messages that never came, make a delay that is not comparable: what is lost has none. */
function costsOf({ validity, messages, delaysMs, bytes }: NetworkResult): Costs | undefined {
  if (!validity.isValid || messages.delivered < messages.expected || delaysMs === undefined) return undefined
  return { delayMs: delaysMs.p99, bytesPerDelivery: bytes.perDelivery }
}

function meansOf(results: readonly NetworkResult[]): Means {
  const mean = (of: (result: NetworkResult) => number) => meanOf(results.map(of))
  const delays = results.map(({ delaysMs }) => delaysMs).filter(each => each !== undefined)
  const isDelayed = delays.length === results.length
  return {
    delayP50Ms: isDelayed ? meanOf(delays.map(({ p50 }) => p50)) : undefined,
    delayP99Ms: isDelayed ? meanOf(delays.map(({ p99 }) => p99)) : undefined,
    bytesPerDelivery: mean(({ bytes }) => bytes.perDelivery),
    duplicates: mean(({ duplicates }) => duplicates.mean),
    share: mean(({ messages }) => messages.share),
    meshDegree: mean(({ meshDegree }) => meshDegree.mean),
    cpuMsPerNodeSecond: mean(({ cpuMsPerNodeSecond }) => cpuMsPerNodeSecond),
  }
}
