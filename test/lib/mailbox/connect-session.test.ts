import { describe, expect, test } from 'vitest'
import { resolveAddresses } from '../../../lib/mailbox/connect-session.ts'
import type { MailPolicy } from '../../../lib/mailbox/mailbox.ts'

const policy: MailPolicy = {
  allowPrivateAddresses: false,
  allowClearTextOnLoopback: false,
  extraPorts: [],
  connectTimeout: 1000,
  silenceTimeout: 1000,
}
const never = new AbortController().signal
const answering =
  (...addresses: string[]) =>
  async () =>
    addresses
const check = (addresses: string[], port = 995, overrides: Partial<MailPolicy> = {}) =>
  resolveAddresses({ host: 'mail.example.com', port }, { ...policy, ...overrides }, never, answering(...addresses))

describe('resolving the addresses of a mail host', () => {
  test('resolveAddresses returns every public address once, in the resolver’s order', async () => {
    expect(await check(['2a00:1450:4001::1', '142.250.1.1', '142.250.1.1'])).toEqual([
      { address: '2a00:1450:4001::1', family: 6, port: 995 },
      { address: '142.250.1.1', family: 4, port: 995 },
    ])
  })

  test.each([
    ['loopback', '127.0.0.1'],
    ['another loopback address', '127.8.9.10'],
    ['the metadata service', '169.254.169.254'],
    ['private, 10/8', '10.1.2.3'],
    ['private, 172.16/12', '172.31.255.255'],
    ['private, 192.168/16', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '0.0.0.0'],
    ['benchmarking', '198.18.0.1'],
    ['documentation', '192.0.2.1'],
    ['reserved', '240.0.0.1'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local with a zone', 'fe80::1%eth0'],
    ['IPv6 unique local', 'fd00:ec2::254'],
    ['IPv6 site-local', 'fec0::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-mapped of a public address', '::ffff:8.8.8.8'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['local NAT64', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['outside the global unicast range', '4000::1'],
  ])('resolveAddresses rejects %s (%s) as the address of a name and as the host itself', async (_, address) => {
    await expect(check([address])).rejects.toMatchObject({ code: 'address-not-allowed' })
    await expect(resolveAddresses({ host: address, port: 995 }, policy, never)).rejects.toMatchObject({
      code: 'address-not-allowed',
    })
    expect(await check([address], 995, { allowPrivateAddresses: true })).toHaveLength(1)
  })

  test.each(['127.1', '0x7f.1', '2130706433', '0177.0.0.1'])(
    'resolveAddresses rejects a loopback address written as %s',
    async (host) => {
      const error = await resolveAddresses({ host, port: 995 }, policy, never).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: expect.stringMatching(/^(address-not-allowed|host-not-found)$/) })
    },
  )

  test('resolveAddresses returns only the allowed addresses of a name', async () => {
    expect(await check(['127.0.0.1', '8.8.8.8', '::1'])).toEqual([{ address: '8.8.8.8', family: 4, port: 995 }])
  })

  test('resolveAddresses accepts an IP literal without a lookup, even in brackets', async () => {
    const noDns = () => Promise.reject(new Error('asked'))
    expect(await resolveAddresses({ host: '[2a00:1450::1]', port: 993 }, policy, never, noDns)).toEqual([
      { address: '2a00:1450::1', family: 6, port: 993 },
    ])
  })

  test.each([25, 443, 9001, 0])('resolveAddresses rejects port %i before the lookup', async (port) => {
    const noDns = () => Promise.reject(new Error('asked'))
    await expect(resolveAddresses({ host: 'h', port }, policy, never, noDns)).rejects.toMatchObject({
      code: 'port-not-allowed',
    })
  })

  test('resolveAddresses allows the mail ports and the deployment’s extra ports', async () => {
    for (const port of [110, 143, 993, 995]) expect(await check(['8.8.8.8'], port)).toHaveLength(1)
    expect(await check(['8.8.8.8'], 2110, { extraPorts: [2110] })).toHaveLength(1)
  })

  test.each([
    ['ENOTFOUND', 'host-not-found'],
    ['EAI_AGAIN', 'host-lookup-failed'],
  ])('resolveAddresses translates %s to %s', async (code, expected) => {
    const failing = () => Promise.reject(Object.assign(new Error('getaddrinfo secret.example'), { code }))
    const error = resolveAddresses({ host: 'h', port: 995 }, policy, never, failing)
    await expect(error).rejects.toMatchObject({ code: expected, serverWords: '' })
  })

  test('resolveAddresses reports a name without addresses as host-not-found', async () => {
    await expect(check([])).rejects.toMatchObject({ code: 'host-not-found' })
  })

  test('resolveAddresses gives up if the name service does not answer', async () => {
    const silent = () => new Promise<string[]>(() => undefined)
    const asked = resolveAddresses({ host: 'h', port: 995 }, { ...policy, connectTimeout: 30 }, never, silent)
    await expect(asked).rejects.toMatchObject({ code: 'host-lookup-failed' })
  })

  test('resolveAddresses ends immediately on abort', { timeout: 20_000 }, async () => {
    const controller = new AbortController()
    const silent = () => new Promise<string[]>(() => undefined)
    const asked = resolveAddresses(
      { host: 'h', port: 995 },
      { ...policy, connectTimeout: 60_000 },
      controller.signal,
      silent,
    )
    controller.abort()
    await expect(asked).rejects.toMatchObject({ code: 'connection-lost', cause: 'ABORT_ERR' })
  })
})
