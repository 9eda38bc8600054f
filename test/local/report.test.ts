import { expect, it } from 'vitest'
import { pageAddress, reporter } from '../../local/report.ts'

const apiUrl = 'http://127.0.0.1:3210'

it('the address of the admin page is known if the templates have the page', () => {
  const signIn = { adminKey: 'key', readerKey: 'other', endSessions: () => undefined }
  expect(pageAddress({ apiUrl, routes: ['GET /accounts', 'GET /admin'], signIn })).toBe(`${apiUrl}/admin#sign-in=key`)
  expect(pageAddress({ apiUrl, routes: ['GET /admin'], signIn: undefined })).toBe(`${apiUrl}/admin`)
  expect(pageAddress({ apiUrl, routes: ['GET /accounts', 'GET /admin/{proxy+}'], signIn })).toBeUndefined()
})

it('the terminal shows requests, but files of the admin page only if they fail', () => {
  const said: string[] = []
  const report = reporter((line) => said.push(line))
  const request = (path: string, status: number) =>
    report({ type: 'request', method: 'GET', path, status, durationMs: 1 })
  request('/accounts', 200)
  request('/admin/{proxy+}', 200)
  request('/admin/{proxy+}', 404)
  expect(said).toHaveLength(2)
  expect(said[0]).toContain('/accounts')
  expect(said[1]).toContain('/admin/{proxy+}')
})
