import { describe, expect, it } from 'vitest'
import { isLoopbackHost } from '../../../lib/network/loopback.ts'

describe('isLoopbackHost', () => {
  it.each(['localhost', '127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '[::1]'])(
    'isLoopbackHost is true for %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true)
    },
  )

  it.each([
    '',
    '128.0.0.1',
    '10.0.0.1',
    '::2',
    '[::2]',
    'localhost.example.com',
    '127.0.0.1.example.com',
    'xn--bcher-kva.example',
  ])('isLoopbackHost is false for %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false)
  })
})
