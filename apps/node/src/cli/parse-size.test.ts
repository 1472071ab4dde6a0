import { expect, test } from 'vitest'
import { parseSize } from './parse-size.ts'

test.for([
  ['1', 1],
  ['1024', 1_024],
  ['2KiB', 2_048],
  ['8MiB', 8_388_608],
] as const)('%s is %d bytes', ([text, bytes]) => {
  expect(parseSize(text)).toBe(bytes)
})

test.for(['', '0', '-1', '1.5KiB', '1kB', '2 KiB', '1e3', 'much'])('"%s" is refused', text => {
  expect(() => parseSize(text)).toThrow('It takes bytes, such as 1024, 2KiB or 1MiB.')
})
