import { describe, expect, it } from 'vitest'
import { queueNameFor, selects } from '../../../../lib/handover/planning/select.ts'
import { messageOf } from '../../../support/messages.ts'

const everything = { queueIds: 'all' as const, trustedOnly: false, loops: true }
const bulk = { kind: 'bulk' as const, signs: [] }

describe('a destination selects', () => {
  it.each([
    ['mail of every queue', everything, {}, true],
    ['mail of a queue that it names', { ...everything, queueIds: ['queue-1'] }, {}, true],
    ['no mail of a queue that it does not name', { ...everything, queueIds: ['queue-2'] }, {}, false],
    ['no mail if it names no queue', { ...everything, queueIds: [] }, {}, false],
    ['mail of an account that it names', { ...everything, accountIds: ['account-1'] }, {}, true],
    ['no mail of an account that it does not name', { ...everything, accountIds: ['account-2'] }, {}, false],
    ['trusted mail', { ...everything, trustedOnly: true }, { trusted: true }, true],
    ['no untrusted mail if it wants trusted mail only', { ...everything, trustedOnly: true }, {}, false],
    ['automatic mail', everything, { automatic: bulk }, true],
    ['no automatic mail if it excludes loops', { ...everything, loops: false }, { automatic: bulk }, false],
    ['mail with a weak sign only', { ...everything, loops: false }, { automatic: { signs: [] } }, true],
  ])('%s', (_title, selection, more, expected) => {
    expect(selects({ selection }, messageOf('one', more))).toBe(expected)
  })
})

describe('a destination names a queue', () => {
  const message = messageOf('one')
  it.each([
    ['by its map', { names: { 'queue-1': 'Helpdesk' }, default: 'Inbox' }, 'Helpdesk'],
    ['by its default', { names: { 'queue-2': 'Helpdesk' }, default: 'Inbox' }, 'Inbox'],
    ['by our name if it has neither', { names: {} }, 'Support'],
  ])('%s', (_title, queueMap, expected) => {
    expect(queueNameFor({ queueMap }, message)).toBe(expected)
  })

  it('without inherited members', () => {
    expect(queueNameFor({ queueMap: { names: {} } }, messageOf('one', { queueId: 'constructor' }))).toBe('Support')
  })
})
