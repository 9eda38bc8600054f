import { describe, expect, it } from 'vitest'
import { allowedReturnTo, longestReturnTo } from '../../../../lib/oauth2/consent/consent-urls.ts'

const allowed = ['https://desk.example.com/admin', 'http://localhost:8080', 'https://whole.example.com/']

describe('allowedReturnTo', () => {
  it.each([
    ['https://desk.example.com/admin'],
    ['https://desk.example.com/admin/'],
    ['https://desk.example.com/admin/accounts/7'],
    ['https://desk.example.com/admin?tab=mail&next=https://evil.example'],
    ['https://desk.example.com/admin/a@b'],
    ['http://localhost:8080/'],
    ['http://localhost:8080/any?x=1'],
    ['https://whole.example.com/anything'],
  ])('allowedReturnTo accepts %s', (address) => {
    expect(allowedReturnTo(address, allowed)).toBe(address)
  })

  it('allowedReturnTo adds the slash that browsers add', () => {
    expect(allowedReturnTo('http://localhost:8080', allowed)).toBe('http://localhost:8080/')
  })

  it.each([
    ['https://evil.example/admin', 'another host'],
    ['https://desk.example.com.evil.example/admin', 'a host with the same beginning'],
    ['https://desk.example.com@evil.example/admin', 'the allowed host as user'],
    ['https://user@desk.example.com/admin', 'a user'],
    ['https://:@desk.example.com/admin', 'an empty user'],
    ['https://desk.example.com:444/admin', 'another port'],
    ['https://desk.example.com:443/admin', 'the default port, written out'],
    ['http://desk.example.com/admin', 'no TLS'],
    ['https://desk.example.com/administrator', 'a path with the same beginning'],
    ['https://desk.example.com/', 'a parent path'],
    ['https://desk.example.com/admin/../secret', 'dots'],
    ['https://desk.example.com/admin/%2e%2e/secret', 'encoded dots'],
    ['https://desk.example.com/admin/%2E%2e%2fsecret', 'encoded dots and slash'],
    ['https://desk.example.com/admin/..%5csecret', 'an encoded backslash'],
    ['https://desk.example.com/admin/%252e%252e/secret', 'dots, encoded twice'],
    ['https://desk.example.com\\@evil.example/admin', 'a backslash'],
    ['https:\\\\desk.example.com\\admin', 'backslashes'],
    ['https:desk.example.com/admin', 'no slashes'],
    ['https:///desk.example.com/admin', 'an additional slash'],
    ['//desk.example.com/admin', 'no scheme'],
    ['//evil.example', 'no scheme'],
    ['/admin', 'no host'],
    ['https://whole.example.com//evil.example', 'two slashes in the path'],
    ['https://desk.example.com/admin#javascript:alert(1)', 'a fragment'],
    ['https://DESK.example.com/admin', 'uppercase letters'],
    ['https://desk.example.com./admin', 'a dot after the host'],
    ['https://dеsk.example.com/admin', 'a Cyrillic letter'],
    [' https://desk.example.com/admin', 'a leading space'],
    ['https://desk.example.com/admin\r\nset-cookie: a=b', 'another header'],
    ['https://desk.example.com/admin\t/x', 'a tab'],
    ['https://desk.example.com/admin/%0d%0aset-cookie: a=b', 'another header, encoded'],
    ['https://desk.example.com/admin/%00', 'an encoded zero byte'],
    ['javascript:alert(1)', 'a script'],
    ['data:text/html,x', 'a document'],
    ['', 'an empty address'],
    [`https://desk.example.com/admin/${'x'.repeat(longestReturnTo)}`, 'too long'],
  ])('allowedReturnTo rejects %j: %s', (address) => {
    expect(allowedReturnTo(address, allowed)).toBeUndefined()
  })

  it('allowedReturnTo rejects every address if none is listed', () => {
    expect(allowedReturnTo('https://desk.example.com/admin', [])).toBeUndefined()
  })
})
