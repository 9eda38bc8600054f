import { describe, expect, it } from 'vitest'
import { webhookUrlProblems } from '../../../lib/network/webhook-url.ts'
import { privateUrls } from './forbidden-urls.ts'

const closed = { allowPrivateAddresses: false, allowClearTextOnLoopback: false, extraWebhookPorts: [] }
const open = { allowPrivateAddresses: true, allowClearTextOnLoopback: true, extraWebhookPorts: [8443] }

describe('Webhook URL', () => {
  it.each([
    'https://tickets.example.com/postmaster',
    'https://tickets.example.com',
    'https://TICKETS.example.com:443/a/b?key=value&other=a%20b',
    'https://8.8.8.8/hook',
    'https://[2606:4700::1111]/hook',
    'https://xn--bro-hoa.example/hook',
    // A name is checked when it is resolved.
    'https://internal.example/hook',
  ])('Webhook URL %s is allowed', (url) => {
    expect(webhookUrlProblems(url, closed)).toEqual([])
  })

  it.each(privateUrls)('Webhook URL %s is refused because of its address', (url) => {
    expect(webhookUrlProblems(url, closed)).toEqual([
      'must not name a private, loopback or link-local address, which this deployment does not allow',
    ])
    expect(webhookUrlProblems(url, open)).toEqual([])
  })

  it('Webhook URL table has at least 60 rows', () => {
    expect(new Set(privateUrls).size).toBeGreaterThanOrEqual(60)
  })

  it.each([
    ['tickets.example.com/hook', 'absolute'],
    ['/hook', 'absolute'],
    ['', 'ASCII'],
    ['https://', 'absolute'],
    ['https:tickets.example.com', 'absolute'],
    ['ftp://tickets.example.com/', 'absolute'],
    ['file:///etc/passwd', 'absolute'],
    ['gopher://127.0.0.1:70/_', 'absolute'],
    ['data:text/plain,x', 'absolute'],
    ['https://tickets.example.com/a b', 'ASCII'],
    ['https://tickets.example.com\\@127.0.0.1/', 'ASCII'],
    ['https:\\\\tickets.example.com', 'ASCII'],
    ['https://tickets.example.com/\r\nx: y', 'ASCII'],
    ['https://１２７.０.０.１/', 'ASCII'],
    ['https://127。0。0。1/', 'ASCII'],
    ['https://ⓛocalhost/', 'ASCII'],
    ['https://user@tickets.example.com/', 'user name'],
    ['https://user:password@tickets.example.com/', 'user name'],
    ['https://@tickets.example.com/', 'user name'],
    ['https://:@tickets.example.com/', 'user name'],
    ['https://tickets.example.com/#part', 'fragment'],
    ['https://tickets.example.com/#', 'fragment'],
    ['http://tickets.example.com/', 'https://'],
    ['http://127.0.0.1:8080/', 'https://'],
    ['https://tickets.example.com:8443/', 'port 443'],
    ['https://tickets.example.com:22/', 'port 443'],
    [`https://tickets.example.com/${'a'.repeat(2000)}`, '2000 characters'],
    ['https://[fe80::1%25eth0]/', 'absolute'],
    ['https://256.256.256.256/', 'absolute'],
  ])('Webhook URL %j is refused', (url, problem) => {
    const problems = webhookUrlProblems(url, closed)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })

  it('Webhook URL may use a listed port', () => {
    expect(webhookUrlProblems('https://tickets.example.com:8443/', open)).toEqual([])
    expect(webhookUrlProblems('https://tickets.example.com:9443/', open)).toEqual([
      'must use one of the ports 443, 8443',
    ])
  })

  it.each(['http://127.0.0.1:8080/hook', 'http://localhost:8080/hook', 'http://[::1]:8080/hook'])(
    'Webhook URL %s is allowed only if the deployment allows clear text and private addresses',
    (url) => {
      expect(webhookUrlProblems(url, open)).toEqual([])
      expect(webhookUrlProblems(url, { ...open, allowPrivateAddresses: false })).toHaveLength(1)
      expect(webhookUrlProblems(url, { ...open, allowClearTextOnLoopback: false })).toHaveLength(1)
    },
  )

  it('Webhook URL without TLS is refused for another machine', () => {
    expect(webhookUrlProblems('http://192.168.1.1/hook', open)).toEqual(['must begin with `https://`'])
  })

  it('Webhook URL reports several problems at once', () => {
    expect(webhookUrlProblems('https://user@10.0.0.1:22/#x', closed)).toHaveLength(4)
  })
})
