import { expect, test } from 'vitest'
import { sampleResult } from '../tests/sample-result.ts'
import { resultFromJson, resultToJson } from './result-json.ts'

test('a result comes back from JSON as it was, links without a limit, too', () => {
  const result = sampleResult({ settings: { bytesPerSecond: Infinity } })
  expect(resultFromJson(resultToJson(result))).toEqual(result)
})

test('half a file, or another, is no result', () => {
  const json = resultToJson(sampleResult())
  for (const other of ['', json.slice(0, json.length / 2), 'null', '[]', '{"settings":{}}']) {
    expect(resultFromJson(other)).toBeUndefined()
  }
})
