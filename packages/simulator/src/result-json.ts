import type { NetworkResult } from './result.ts'
import type { NetworkSettings } from './settings.ts'

/** JSON has no Infinity: a link without a limit is `null` there. */
export function resultToJson(result: NetworkResult): string {
  return `${JSON.stringify(result, null, 2)}\n`
}

/** What `resultToJson` wrote. Undefined for anything else, such as half a file. */
export function resultFromJson(json: string): NetworkResult | undefined {
  let value: NetworkResult | null
  try {
    value = JSON.parse(json) as NetworkResult | null
  } catch {
    return undefined
  }
  if (typeof value?.settings?.seed !== 'string' || value.validity === undefined || value.messages === undefined) {
    return undefined
  }
  return { ...value, settings: settingsFromJson(value.settings) }
}

function settingsFromJson(settings: NetworkSettings): NetworkSettings {
  const { bytesPerSecond } = settings as { bytesPerSecond: number | null }
  return { ...settings, bytesPerSecond: bytesPerSecond ?? Infinity }
}
