import { expect, test } from 'vitest'
import { parseEndpoint } from './endpoint.ts'

test.for([
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['localhost:4780', { host: '127.0.0.1', port: 4780 }],
  ['[::1]:65535', { host: '::1', port: 65_535 }],
] as const)('%s is on this machine', ([value, endpoint]) => {
  expect(parseEndpoint(value)).toEqual(endpoint)
})

test.for([
  '0.0.0.0:80',
  '[::]:80',
  '192.168.0.1:80',
  'example.org:80',
  'localhost.example.org:80',
  '127.0.0.1:65536',
  '127.0.0.1',
  ':80',
  '::1:80',
  '127.0.0.1:80/path',
  '',
])('%s is not', value => {
  expect(parseEndpoint(value)).toBeUndefined()
})
