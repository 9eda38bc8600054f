import { expect, test } from 'vitest'
import { matching } from '../../../../web/messages/list/text-filter.ts'
import { messageOf } from '../../../support/messages.ts'

const header = { references: [], recipients: [], truncated: [] }
const printer = messageOf('printer', {
  header: { ...header, from: 'Jane Doe <jane@example.org>', subject: 'The printer is on fire' },
  queueName: 'Support',
})
const invoice = messageOf('invoice', {
  header: { ...header, from: 'Joe <joe@example.org>', subject: 'Invoice 17' },
  queueName: 'Sales',
  accountId: 'sales-account',
})
const unparsed = messageOf('unparsed', { parsed: false, header: undefined })
const all = [printer, invoice, unparsed]
const accountOf = (accountId: string) => (accountId === 'sales-account' ? 'billing@example.com' : '')
const found = (text: string) => matching(all, text, accountOf)

test('the text filter finds messages by sender, subject, queue, account and id, ignoring case', () => {
  expect(found('JANE')).toEqual([printer])
  expect(found('invoice')).toEqual([invoice])
  expect(found('sales')).toEqual([invoice])
  expect(found('billing@')).toEqual([invoice])
  expect(found(unparsed.messageId.slice(0, 20))).toEqual([unparsed])
})

test('the text filter wants every word, in any order and any field', () => {
  expect(found('fire jane')).toEqual([printer])
  expect(found('fire joe')).toEqual([])
})

test('an empty text filter keeps every message', () => {
  expect(found('  ')).toEqual(all)
})
