import { expect, test } from 'vitest'
import { sampleResult } from '../../tests/sample-result.ts'
import { networkHtml } from './html.ts'
import { networkText } from './terminal.ts'

const PLAIN = { isColored: false }
const RED = '\u001B[31m'

test('a report is one file: five drawings, no script, nothing from elsewhere', () => {
  const html = networkHtml(sampleResult())
  expect(html.match(/<svg /g)).toHaveLength(5)
  expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)/)
  // of the SVG namespace, which is a name and not fetched
  expect(html.match(/https?:\/\/[^\s"]+/g)?.filter(url => !url.startsWith('http://www.w3.org/'))).toEqual([])
})

test('drawings take their colours from the page, for the light and the dark', () => {
  const html = networkHtml(sampleResult())
  expect(html).toContain('prefers-color-scheme: dark')
  const drawings = html.match(/<svg [\s\S]*?<\/svg>/g)!.join('')
  // a clip has a colour that nobody sees
  expect(drawings.replaceAll('fill="#000"', '')).not.toMatch(/(fill|stroke)="(#|rgb)/)
})

test('no drawing uses the clip of another', () => {
  const ids = networkHtml(sampleResult()).match(/ id="[^"]*"/g)!
  expect(new Set(ids).size).toBe(ids.length)
})

test('what a run says of itself is text, not markup', () => {
  const html = networkHtml(sampleResult({ settings: { seed: '<img src=x>' } }))
  expect(html).toContain('A &lt;processor&gt; &amp; co')
  expect(html).not.toContain('<img')
})

test('a run that is not valid says so before any figure, and hides none', () => {
  const html = networkHtml(sampleResult({ isValid: false }))
  const banner = html.indexOf('These figures are not valid')
  expect(banner).toBeGreaterThan(0)
  expect(banner).toBeLessThan(html.indexOf('class="tiles"'))
  expect(html).toContain('The machine did not keep up: late by 31 ms.')
  expect(html).toContain('<td>31 ms</td>')
  expect(html).toContain('<td>77.5 ms</td>')
  expect(html.match(/<svg /g)).toHaveLength(5)
})

test('lost messages are a banner of their own', () => {
  const html = networkHtml(sampleResult({ lost: 3 }))
  expect(html).toContain('3 of 990 deliveries did not happen: 99.69 % were delivered.')
  expect(networkHtml(sampleResult())).not.toContain('class="banner"')
})

test('a run in which nothing arrived has a report, too', () => {
  const nothing = {
    delaysMs: undefined,
    completeMs: undefined,
    joinMs: undefined,
    distribution: [],
    joinDistribution: [],
  }
  const result = { ...sampleResult({ lost: 990 }), ...nothing, duplicates: { mean: 0, histogram: [] } }
  expect(networkHtml(result)).toContain('No message was delivered.')
  expect(networkText(result, PLAIN)).toContain('LOST.')
})

test('the terminal says first whether the figures can be relied on, in red when not', () => {
  expect(networkText(sampleResult(), PLAIN)).toMatch(/^VALID\. The machine kept up/)
  const text = networkText(sampleResult({ isValid: false }), { isColored: true })
  expect(text.split('\n')[0]).toContain(`${RED}NOT VALID. The machine did not keep up`)
  expect(networkText(sampleResult({ isValid: false }), PLAIN)).not.toContain('\u001B')
})

test('a main thread that was busy is said where the verdict is, with a dilation that would do', () => {
  const result = sampleResult({ busy: 0.81 })
  for (const text of [networkHtml(result), networkText(result, PLAIN)]) {
    expect(text).toContain('But its main thread was busy 81 % of the time')
    expect(text).toContain('A dilation of 9 ')
    expect(networkHtml(sampleResult())).not.toContain('main thread was busy')
  }
})

test('every setting and the dilation are in both', () => {
  const result = sampleResult({ settings: { gossip: { D: 6, heartbeatInterval: 700 }, loss: 0.01, seed: 'abc' } })
  for (const text of [networkHtml(result), networkText(result, PLAIN)]) {
    expect(text).toMatch(/D=6/)
    expect(text).toMatch(/heartbeatMs=700/)
    expect(text).toMatch(/50 to 150 ms/)
    expect(text).toMatch(/20 Mbit\/s/)
    expect(text).toMatch(/1 %/)
    expect(text).toMatch(/abc/)
    expect(text).toMatch(/2\.5: time ran 2\.5 times slower, chosen by the load/)
  }
})
