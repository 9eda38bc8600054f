import { expect, it } from 'vitest'
import { messageLineOf } from '../../../lib/messages/message-line.ts'
import { messageOf } from '../../support/messages.ts'

it('the line of an erased message says so, because it has no subject any more', () => {
  const erased = { at: '2026-03-09T10:00:00.000Z', by: 'jane' }
  expect(messageLineOf(messageOf('one', { state: 'erased', erased }))).toMatchObject({ erased: true })
  expect(messageLineOf(messageOf('one'))).not.toHaveProperty('erased')
})
