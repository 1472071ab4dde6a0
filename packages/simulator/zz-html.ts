import { readFileSync, writeFileSync } from 'node:fs'
import { resultFromJson } from './src/result-json.ts'
import { networkHtml } from './src/report/html.ts'
const r = resultFromJson(readFileSync(process.argv[2]!, 'utf8'))!
if (process.argv[4]) {
  r.validity.isValid = false
  r.validity.reasons = [
    'the machine did not keep up: the event loop was late by 31.0 ms at p99 in the time of the network (31.0 ms at a dilation of 1), the limit is 10 ms',
  ]
  r.messages.delivered -= 12
  r.messages.share = r.messages.delivered / r.messages.expected
}
writeFileSync(process.argv[3]!, networkHtml(r))
