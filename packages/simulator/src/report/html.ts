import { resultToJson } from '../result-json.ts'
import { bytes, count, factor, milliseconds, number, percent } from './format.ts'
import { banner, columns, facts, figures, grid, heading, note, page, rawJson, tiles } from './page.ts'
import { plotsOf } from './plots.ts'
import { figureRows, lossWords, machineRows, settingRows, spreadRows, validityWords } from './words.ts'
import type { NetworkResult } from '../result.ts'
import type { Tile } from './page.ts'

/** The report of one run, as one HTML file that needs nothing else. */
export function networkHtml(result: NetworkResult): string {
  const { settings, dilation, validity } = result
  const title = `A network of ${count(settings.nodes)} nodes`
  const lost = lossWords(result)
  const time =
    dilation === 1 ? 'in real time' : `with time ${factor(dilation)} times slower: every delay here is the network’s`
  return page(
    validity.isValid ? title : `Not valid: ${title}`,
    [
      heading(title, `Real libp2p nodes in one process, ${time}.`),
      validity.isValid ? '' : banner('These figures are not valid', validityWords(result)),
      lost === undefined ? '' : banner('Messages were lost', [lost]),
      tiles(tilesOf(result)),
      validity.isValid ? note('Valid', validityWords(result)) : '',
      figures(plotsOf(result)),
      grid('From the least to the most', spreadRows(result)),
      facts('Totals', figureRows(result)),
      columns(facts('Settings', settingRows(settings)), facts('Machine and time', machineRows(result))),
      rawJson(resultToJson(result)),
    ].join('\n'),
  )
}

function tilesOf(result: NetworkResult): Tile[] {
  const { messages, delaysMs, duplicates, bytes: traffic, validity } = result
  const isBad = !validity.isValid
  return [
    { value: percent(messages.share), what: 'delivered', isBad: isBad || messages.delivered < messages.expected },
    { value: delaysMs === undefined ? '–' : milliseconds(delaysMs.p50), what: 'delay p50', isBad },
    { value: delaysMs === undefined ? '–' : milliseconds(delaysMs.p99), what: 'delay p99', isBad },
    { value: number(duplicates.mean), what: 'duplicates a delivery', isBad },
    { value: bytes(traffic.perDelivery), what: 'received a delivery', isBad },
    { value: `${number(result.cpuMsPerNodeSecond)} ms`, what: 'CPU a node and second', isBad },
  ]
}
