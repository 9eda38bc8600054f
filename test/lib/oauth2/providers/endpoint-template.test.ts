import { describe, expect, test } from 'vitest'
import { needsTenant, tokenOriginOf, wrongEndpoint } from '../../../../lib/oauth2/providers/endpoint-template.ts'

describe('an endpoint', () => {
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
  ])('%s may be one', (endpoint) => {
    expect(wrongEndpoint(endpoint)).toBeUndefined()
  })

  test.each([
    ['login.example.com/token', /absolute address/],
    ['/token', /absolute address/],
    ['ftp://login.example.com/token', /absolute address/],
    ['javascript:alert(1)', /absolute address/],
    ['https:///token', /absolute address/],
    ['https://', /absolute address/],
    ['https:\\\\login.example.com\\token', /plain ASCII/],
    ['https://login.example.com /token', /plain ASCII/],
    ['https://login.example.com/token\nx', /plain ASCII/],
    ['https://lögin.example.com/token', /plain ASCII/],
    ['https://user@login.example.com/token', /user name or password/],
    ['https://user:secret@login.example.com/token', /user name or password/],
    ['https://login.example.com@evil.example/token', /user name or password/],
    ['https://login.example.com/token?client_id=x', /query or a fragment/],
    ['https://login.example.com/token?', /query or a fragment/],
    ['https://login.example.com/token#x', /query or a fragment/],
    ['https://login.example.com/{realm}/token', /no other place in braces/],
    ['https://login.example.com/{tenant/token', /no other place in braces/],
    ['https://{tenant}/token', /a label of its own/],
    ['https://{tenant}.com/token', /a label of its own/],
    ['https://login.{tenant}.com/token', /a label of its own/],
    ['https://login-{tenant}.example.com/token', /a label of its own/],
    ['https://login.example.com:{tenant}/token', /a label of its own/],
    ['https://{tenant}.co.uk/token', /a label of its own/],
    ['https://login.{tenant}.co.uk/token', /a label of its own/],
    ['https://{tenant}.github.io/token', /a label of its own/],
    ['https://{tenant}.azurewebsites.net/token', /a label of its own/],
    ['https://{tenant}.auth.eu-central-1.amazoncognito.com/oauth2/token', /a label of its own/],
    ['https://{tenant}.CO.UK:8443/token', /a label of its own/],
    ['https://{tenant}.co.uk./token', /a label of its own/],
    ['https://{tenant}.127.0.0.1/token', /a label of its own/],
    ['https://login.example.com:99999/token', /cannot be read/],
    ['https://exa%00mple.com/token', /cannot be read/],
    ['http://login.example.com/token', /must begin with `https/],
    ['http://localhost.example.com/token', /must begin with `https/],
    ['http://10.0.0.1/token', /must begin with `https/],
  ])('%j cannot be one', (endpoint, words) => {
    expect(wrongEndpoint(endpoint)).toMatch(words)
  })
})

describe('the tenant', () => {
  test('is needed when any endpoint names it', () => {
    const plain = 'https://login.example.com/x'
    const named = 'https://login.example.com/{tenant}/x'
    expect(needsTenant({ authorizationEndpoint: plain, tokenEndpoint: plain })).toBe(false)
    expect(needsTenant({ authorizationEndpoint: named, tokenEndpoint: plain })).toBe(true)
    expect(needsTenant({ authorizationEndpoint: plain, tokenEndpoint: named })).toBe(true)
  })

  test('in the path leaves the server the same, in the host it is another', () => {
    const inPath = { tokenEndpoint: 'https://login.example.com/{tenant}/token' }
    expect(tokenOriginOf(inPath, 'a')).toBe(tokenOriginOf(inPath, 'b'))
    const inHost = { tokenEndpoint: 'https://{tenant}.example.com/token' }
    expect(tokenOriginOf(inHost, 'a')).not.toBe(tokenOriginOf(inHost, 'b'))
    expect(tokenOriginOf(inHost, 'a')).toBe('https://a.example.com')
  })

  test.each([
    ['https://login.example.com/token', 'https://LOGIN.example.com:443/other', true],
    ['https://login.example.com/token', 'https://login.example.com:8443/token', false],
    ['https://localhost/token', 'http://localhost/token', false],
    ['https://{tenant}.example.com/token', 'https://x.example.com/token', false],
  ])('of %s and %s it is told whether they are one server', (one, other, same) => {
    expect(tokenOriginOf({ tokenEndpoint: one }) === tokenOriginOf({ tokenEndpoint: other })).toBe(same)
  })
})
