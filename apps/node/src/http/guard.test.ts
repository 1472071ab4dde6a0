import { expect, test } from 'vitest'
import { createGuard } from './guard.ts'

const guard = createGuard({ token: 'secret', port: () => 4780, open: ['/metrics'] })
const GOOD = { host: '127.0.0.1:4780', authorization: 'Bearer secret' }

function ask(headers: Record<string, string | undefined>, path = '/v1/status'): string {
  try {
    guard({ path, header: name => headers[name] })
    return 'in'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test.for(['127.0.0.1:4780', 'localhost:4780', '[::1]:4780', 'LOCALHOST:4780'])('host %s is ours', host => {
  expect(ask({ ...GOOD, host })).toBe('in')
})

test.for(['evil.example:4780', '127.0.0.1', '127.0.0.1:80', '127.0.0.1:4780.evil.example', 'localhost', '', undefined])(
  'host %s is not: a name that resolves to this machine does not make it ours',
  host => {
    expect(ask({ ...GOOD, host })).toBe('forbidden')
  },
)

test.for(['https://evil.example', 'null', 'http://localhost', 'http://127.0.0.1:1', 'https://127.0.0.1:4780'])(
  'a page of origin %s is kept out, even with the token',
  origin => {
    expect(ask({ ...GOOD, origin })).toBe('forbidden')
  },
)

test('the API’s own origin may ask', () => {
  expect(ask({ ...GOOD, origin: 'http://127.0.0.1:4780', 'sec-fetch-site': 'same-origin' })).toBe('in')
})

test.for(['cross-site', 'same-site'])('a page whose request is %s is kept out, where Origin is not sent', site => {
  expect(ask({ ...GOOD, 'sec-fetch-site': site })).toBe('forbidden')
})

test.for([undefined, '', 'Bearer', 'Bearer secre', 'Bearer secret2', 'bearer secret', 'Basic secret', 'secret'])(
  'authorization %s is not enough',
  authorization => {
    expect(ask({ ...GOOD, authorization })).toBe('unauthorized')
  },
)

test('an open path needs no token, but still the right host and origin', () => {
  expect(ask({ host: GOOD.host }, '/metrics')).toBe('in')
  expect(ask({ host: 'evil.example' }, '/metrics')).toBe('forbidden')
  expect(ask({ host: GOOD.host, origin: 'https://evil.example' }, '/metrics')).toBe('forbidden')
})
