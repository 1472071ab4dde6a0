import { array, assert, constantFrom, integer, oneof, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { TorError } from '../errors.ts'
import { MAX_LINE_CHARS, MAX_REPLY_CHARS, MAX_REPLY_LINES, ReplyParser } from './reply-parser.ts'
import type { Reply } from './reply-parser.ts'

test('a reply of one line', () => {
  expect(parse('250 OK\r\n')).toEqual([{ code: 250, lines: [{ text: 'OK' }] }])
})

test('a reply of several lines, one with data whose dots were doubled', () => {
  expect(parse('250-version=0.4.9.11\r\n250+config-text=\r\nNickname x\r\n..dots\r\n.\r\n250 OK\r\n')).toEqual([
    {
      code: 250,
      lines: [{ text: 'version=0.4.9.11' }, { text: 'config-text=', data: 'Nickname x\n.dots' }, { text: 'OK' }],
    },
  ])
})

test('an event between two replies is a reply of its own', () => {
  expect(parse('250 OK\r\n650 HS_DESC UPLOADED x\r\n552 no\r\n').map(({ code }) => code)).toEqual([250, 650, 552])
})

test('however the text is cut into pieces, the same replies come out', () => {
  const text = string({ maxLength: 40 }).map(given => given.replaceAll(/[\r\n]/g, ''))
  const line = record({ text, data: oneof(constantFrom(undefined), array(text, { minLength: 1, maxLength: 4 })) })
  const reply = record({ code: integer({ min: 200, max: 699 }), lines: array(line, { maxLength: 5 }), last: text })
  const cuts = array(integer({ min: 0, max: 2_000 }), { maxLength: 30 })
  assert(
    property(array(reply, { maxLength: 6 }), cuts, (replies, at) => {
      const whole = replies
        .map(({ code, lines, last }) => [...lines.map(each => written(code, each)), `${code} ${last}\r\n`].join(''))
        .join('')
      const edges = [0, ...at.filter(cut => cut < whole.length).toSorted((a, b) => a - b), whole.length]
      const parser = new ReplyParser()
      const got = edges.slice(1).flatMap((end, index) => parser.push(whole.slice(edges[index], end)))
      const expected = replies.map(({ code, lines, last }) => ({
        code,
        lines: [
          ...lines.map(each =>
            each.data === undefined ? { text: each.text } : { text: each.text, data: each.data.join('\n') },
          ),
          { text: last },
        ],
      }))
      expect(got).toEqual(expected)
    }),
  )
})

test('whatever comes, it is replies or a refusal', () => {
  const piece = oneof(string({ maxLength: 60 }), constantFrom('250 ', '250-', '250+', '\r\n', '.\r\n', '650 '))
  assert(
    property(array(piece, { maxLength: 60 }), pieces => {
      const parser = new ReplyParser()
      const refusal = attempt(() => pieces.flatMap(text => parser.push(text)))
      expect([undefined, 'control-failed']).toContain(refusal?.code)
    }),
  )
})

test.each([
  ['a line without end', ['250 '.padEnd(MAX_LINE_CHARS + 2, 'x')]],
  ['a line that is too long', [`250 ${'x'.repeat(MAX_LINE_CHARS)}\r\n`]],
  ['a reply without end', Array.from({ length: MAX_REPLY_LINES + 1 }, () => '250-x\r\n')],
  ['data without end', ['250+x=\r\n', ...Array.from({ length: MAX_REPLY_LINES + 1 }, () => 'x\r\n')]],
  [
    'a reply that is too large',
    Array.from({ length: MAX_REPLY_CHARS / 1_000 + 1 }, () => `250-${'x'.repeat(1_000)}\r\n`),
  ],
  ['HTTP', ['HTTP/1.1 400 Bad Request\r\n']],
  ['two codes in one reply', ['250-x\r\n', '251-y\r\n']],
])('%s is refused', (_, pieces) => {
  const parser = new ReplyParser()
  expect(() => pieces.flatMap(text => parser.push(text))).toThrow(TorError)
})

function written(code: number, { text, data }: { text: string; data?: string[] }): string {
  if (data === undefined) return `${code}-${text}\r\n`
  const lines = data.map(line => `${line.startsWith('.') ? '.' : ''}${line}\r\n`)
  return `${code}+${text}\r\n${lines.join('')}.\r\n`
}

function parse(text: string): Reply[] {
  return new ReplyParser().push(text)
}

function attempt(run: () => unknown): TorError | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error as TorError
  }
}
