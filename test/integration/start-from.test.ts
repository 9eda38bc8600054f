import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'start here'
const letter = (subject: string, received = new Date()) =>
  Buffer.from(
    `Received: from a by b;\r\n ${received.toUTCString()}\r\nFrom: x@example.org\r\nSubject: ${subject}\r\n\r\nText\r\n`,
  )
const cases = [
  { user: 'anna', type: 'IMAPS', startFrom: 'new' },
  { user: 'bert', type: 'IMAPTLS', startFrom: { since: '2025-06-01T00:00:00.000Z' } },
  { user: 'cara', type: 'POP3S', startFrom: 'new' },
  { user: 'dora', type: 'POP3TLS', startFrom: { since: '2025-06-01T00:00:00.000Z' } },
] as const

let server: Dovecot
let stack: TestStack
beforeAll(async () => {
  await assembly()
  server = await startDovecot({ users: cases.map(({ user }) => ({ name: user, password })) })
  stack = await startStack({ servers: [server] })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

describe('an account whose start date is later than its mail, on a real Dovecot', () => {
  it.each(cases)(
    'a $type account starting from $startFrom leaves old mail on the server and fetches new mail',
    async ({ user, type, startFrom }) => {
      const internalDate = new Date('2025-01-05T00:00:00Z')
      const old = [letter('old 1', internalDate), letter('old 2', internalDate)]
      await server.deliver(user, old, { internalDate })
      const { accountId } = await stack.api.createAccount({ ...accountOn(server, type, user), password, startFrom })
      const fetched = async () => (await stack.api.ended(await stack.api.fetchNow(accountId))).counts
      expect(await fetched()).toMatchObject({ found: 2, stored: 0, skipped: 2, deleted: 0 })
      await server.deliver(user, [letter('new')])
      expect(await fetched()).toMatchObject({ stored: 1, deleted: 1, left: 0 })
      expect(await fetched()).toMatchObject({ stored: 0, deleted: 0, left: 0 })
      expect(await server.count(user)).toBe(2)
    },
  )
})
