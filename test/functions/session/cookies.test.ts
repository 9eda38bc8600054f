import { expect, it } from 'vitest'
import { SessionCookies } from '../../../functions/session/cookies.ts'

const sent = (lines: readonly string[]) => lines.map((line) => line.split(';')[0] ?? '')

it('two local runs on different ports do not see or replace each other’s cookies, which browsers send to both', () => {
  const [one, other] = [3210, 3211].map((port) => new SessionCookies(`http://127.0.0.1:${port}`))
  const cookies = [...sent(one?.begin('sealed', 60) ?? []), ...sent(one?.beginSignIn([], 'state-1', 'begun') ?? [])]
  expect(one?.session(cookies)).toBe('sealed')
  expect(one?.signIn(cookies, 'state-1')).toBe('begun')
  expect(other?.session(cookies)).toBeUndefined()
  expect(other?.signIn(cookies, 'state-1')).toBeUndefined()
})
