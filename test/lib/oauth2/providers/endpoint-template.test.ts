import { describe, expect, test } from 'vitest'
import { needsTenant, originOf, wrongEndpoint } from '../../../../lib/oauth2/providers/endpoint-template.ts'

describe('wrongEndpoint', () => {
  test.each([
    'https://login.example.com/token',
    'https://login.example.com:8443/realms/desk/token',
    'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    'https://{tenant}.b2clogin.com/{tenant}.onmicrosoft.com/policy/oauth2/v2.0/token',
    'https://{tenant}.example.co.uk/token',
    'https://login.{tenant}.example.org/token',
    'https://{tenant}.login.example.org:8443/token',
    'https://login.example.com/a@b/token',
    'http://localhost:8080/token',
    'http://127.0.0.1/token',
    'http://[::1]:8080/token',
    'HTTPS://login.example.com/token',
  ])('wrongEndpoint accepts %s', (endpoint) => {
    expect(wrongEndpoint(endpoint)).toBeUndefined()
  })

  test.each([
    ['login.example.com/token', /absolute URL/],
    ['/token', /absolute URL/],
    ['ftp://login.example.com/token', /absolute URL/],
    ['javascript:alert(1)', /absolute URL/],
    ['https:///token', /absolute URL/],
    ['https://', /absolute URL/],
    ['https:\\\\login.example.com\\token', /printable ASCII/],
    ['https://login.example.com /token', /printable ASCII/],
    ['https://login.example.com/token\nx', /printable ASCII/],
    ['https://lögin.example.com/token', /printable ASCII/],
    ['https://user@login.example.com/token', /user name or password/],
    ['https://user:secret@login.example.com/token', /user name or password/],
    ['https://login.example.com@evil.example/token', /user name or password/],
    ['https://login.example.com/token?client_id=x', /query or fragment/],
    ['https://login.example.com/token?', /query or fragment/],
    ['https://login.example.com/token#x', /query or fragment/],
    ['https://login.example.com/{realm}/token', /placeholders other than/],
    ['https://login.example.com/{tenant/token', /placeholders other than/],
    ['https://{tenant}/token', /a whole label/],
    ['https://{tenant}.com/token', /a whole label/],
    ['https://login.{tenant}.com/token', /a whole label/],
    ['https://login-{tenant}.example.com/token', /a whole label/],
    ['https://login.example.com:{tenant}/token', /a whole label/],
    ['https://{tenant}.co.uk/token', /a whole label/],
    ['https://login.{tenant}.co.uk/token', /a whole label/],
    ['https://{tenant}.github.io/token', /a whole label/],
    ['https://{tenant}.azurewebsites.net/token', /a whole label/],
    ['https://{tenant}.auth.eu-central-1.amazoncognito.com/oauth2/token', /a whole label/],
    ['https://{tenant}.CO.UK:8443/token', /a whole label/],
    ['https://{tenant}.co.uk./token', /a whole label/],
    ['https://{tenant}.127.0.0.1/token', /a whole label/],
    ['https://login.example.com:99999/token', /not a valid URL/],
    ['https://exa%00mple.com/token', /not a valid URL/],
    ['http://login.example.com/token', /must begin with `https/],
    ['http://localhost.example.com/token', /must begin with `https/],
    ['http://10.0.0.1/token', /must begin with `https/],
  ])('wrongEndpoint rejects %j', (endpoint, detail) => {
    expect(wrongEndpoint(endpoint)).toMatch(detail)
  })
})

describe('the tenant in an endpoint', () => {
  test('needsTenant is true if any endpoint contains {tenant}', () => {
    const plain = 'https://login.example.com/x'
    const named = 'https://login.example.com/{tenant}/x'
    expect(needsTenant({ authorizationEndpoint: plain, tokenEndpoint: plain })).toBe(false)
    expect(needsTenant({ authorizationEndpoint: named, tokenEndpoint: plain })).toBe(true)
    expect(needsTenant({ authorizationEndpoint: plain, tokenEndpoint: named })).toBe(true)
  })

  test('originOf depends on a tenant in the host but not on one in the path', () => {
    const inPath = 'https://login.example.com/{tenant}/token'
    expect(originOf(inPath, 'a')).toBe(originOf(inPath, 'b'))
    const inHost = 'https://{tenant}.example.com/token'
    expect(originOf(inHost, 'a')).not.toBe(originOf(inHost, 'b'))
    expect(originOf(inHost, 'a')).toBe('https://a.example.com')
  })

  test.each([
    ['https://login.example.com/token', 'https://LOGIN.example.com:443/other', true],
    ['https://login.example.com/token', 'https://login.example.com:8443/token', false],
    ['https://localhost/token', 'http://localhost/token', false],
    ['https://{tenant}.example.com/token', 'https://x.example.com/token', false],
  ])('originOf: %s and %s are on the same server: %s', (one, other, same) => {
    expect(originOf(one) === originOf(other)).toBe(same)
  })
})
