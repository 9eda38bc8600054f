import { expect, it } from 'vitest'
import { pageAddress, reporter } from '../../local/report.ts'

const apiUrl = 'http://127.0.0.1:3210'

it('the address of the admin page is known if the templates have the page', () => {
  const signIn = { adminKey: 'key', readerKey: 'other', endSessions: () => undefined }
  expect(pageAddress({ apiUrl, routes: ['GET /accounts', 'GET /admin'], signIn })).toBe(`${apiUrl}/admin#sign-in=key`)
  expect(pageAddress({ apiUrl, routes: ['GET /admin'], signIn: undefined })).toBe(`${apiUrl}/admin`)
  expect(pageAddress({ apiUrl, routes: ['GET /accounts', 'GET /admin/{proxy+}'], signIn })).toBeUndefined()
})

const shown = (verbose: boolean): string => {
  const said: string[] = []
  const report = reporter((line) => said.push(line), { verbose })
  for (const [method, path, status] of [
    ['GET', '/accounts', 200],
    ['GET', '/accounts/none', 404],
    ['POST', '/queues', 201],
  ] as const)
    report({ type: 'request', method, path, status, durationMs: 1 })
  report({ type: 'rule-fired', rule: 'SweepEveryMinute8B747C16', time: '2025-07-01T09:00:00Z' })
  report({ type: 'idle-resources', resources: [{ type: 'AWS::KMS::Alias', path: 'Stack/KeyAliasF1DC7BA4' }] })
  report({ type: 'queue-trouble', queue: 'jobs', message: 'is full' })
  return said.join('\n')
}

it('the terminal shows requests that change something, and failures, but no names of resources', () => {
  const text = shown(false)
  for (const part of ['POST /queues', 'GET /accounts/none', 'queue jobs: is full']) expect(text).toContain(part)
  for (const part of ['GET /accounts 200', 'SweepEveryMinute', 'KeyAlias']) expect(text).not.toContain(part)
})

it('with --verbose, the terminal also shows reading requests, rules, and resources without an effect', () => {
  const text = shown(true)
  for (const part of ['POST /queues', 'GET /accounts 200', 'rule SweepEveryMinute8B747C16', 'KeyAliasF1DC7BA4'])
    expect(text).toContain(part)
})
