import { expect, it } from 'vitest'
import { encodingFor } from '../../../../functions/shared/page/encoding.ts'

const both = new Set(['br', 'gzip'] as const)

it.each([
  ['br, gzip', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['GZip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br;q=0.5, gzip;q=0.9', 'gzip'],
  ['br; q=0.5 , gzip ; q=0.5', 'br'],
  ['br;q=0, gzip;q=0.1', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['identity', 'identity'],
  ['identity, br;q=0.9', 'identity'],
  ['identity, br', 'br'],
  ['identity;q=0, deflate', 'identity'],
  ['gzip;q=0', 'identity'],
  ['gzip;q=much', 'identity'],
  ['deflate', 'identity'],
  ['', 'identity'],
  [undefined, 'identity'],
])('for the Accept-Encoding %j, the encoding is %s', (accepted, encoding) => {
  expect(encodingFor(accepted, both)).toBe(encoding)
})

it('an encoding in which the file does not exist is not selected', () => {
  expect(encodingFor('br, gzip', new Set(['gzip'] as const))).toBe('gzip')
  expect(encodingFor('br, gzip', new Set())).toBe('identity')
})
