import { expect, test } from 'vitest'
import { matching } from '../../../../web/accounts/list/filter.ts'
import type { AccountSummary } from '../../../../web/accounts/summaries.ts'

const summary = (accountId: string, changes: Partial<AccountSummary>): AccountSummary => ({
  accountId,
  type: 'IMAPS',
  host: 'mail.example.com',
  port: 993,
  username: `${accountId}@example.com`,
  validity: 'valid',
  trusted: false,
  comment: '',
  etag: '"1"',
  authentication: 'password',
  dispatching: { by: 'to-field' },
  health: { state: 'ok', detail: 'Fetched.' },
  ...changes,
})

const support = summary('support', { dispatching: { by: 'queue', queueId: 'q1', queueName: 'Helpdesk' } })
const failing = summary('failing', { health: { state: 'failing', detail: 'The server rejected the password.' } })
const warned = summary('warned', { health: { state: 'warning', detail: 'The certificate ends soon.' }, type: 'POP3S' })
const paused = summary('paused', { validity: 'invalid-temporarily', comment: 'On leave until June' })
const all = [support, failing, warned, paused]

const found = (filter: string, part: 'all' | 'problem' | 'invalid' = 'all') =>
  matching(all, filter, part).map(({ accountId }) => accountId)

test('a filter finds accounts by user name, host, queue, type, health and comment, and ignores case', () => {
  expect(found('SUPPORT@')).toEqual(['support'])
  expect(found('helpdesk')).toEqual(['support'])
  expect(found('rejected the password')).toEqual(['failing'])
  expect(found('pop3s')).toEqual(['warned'])
  expect(found('june')).toEqual(['paused'])
  expect(found('mail.example.com')).toHaveLength(4)
})

test('every word of a filter must be found, in any order', () => {
  expect(found('leave paused')).toEqual(['paused'])
  expect(found('leave support')).toEqual([])
})

test('an empty filter finds all accounts', () => expect(found('  ')).toHaveLength(4))

test('the parts of the list are the accounts that need attention and those that are not valid', () => {
  expect(found('', 'problem')).toEqual(['failing', 'warned'])
  expect(found('', 'invalid')).toEqual(['paused'])
  expect(found('support', 'invalid')).toEqual([])
})

test('an account that changes is found by its new texts only', () => {
  const renamed = { ...support, username: 'helpdesk@example.com', dispatching: { by: 'to-field' as const } }
  expect(matching([renamed], 'support@', 'all')).toEqual([])
  expect(matching([renamed], 'helpdesk@', 'all')).toEqual([renamed])
})
