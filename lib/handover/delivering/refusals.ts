import type { Message } from '../../messages/message.ts'
import { reasonOf } from '../../reasons/reason.ts'
import type { UncleanableMail } from '../copy/clean-header.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Outcome } from '../ledger/outcome.ts'

/** The mail is larger than the destination accepts, so an attempt would only use up bandwidth. */
export const tooLarge = ({ size }: Message, { limits }: Destination): Outcome => ({
  result: 'permanent',
  scope: 'message',
  code: 'too-large',
  detail: `The mail has ${size} bytes, and the destination accepts ${limits.largestSize}.`,
  remedy: 'Raise `limits.largestSize` of the destination and try again, or send the delivery to another destination.',
  bytes: 0,
})

export const mailExpired: Outcome = {
  result: 'permanent',
  scope: 'message',
  code: 'raw-mail-expired',
  detail: 'The raw mail is no longer stored, because its retention period has ended.',
  remedy: 'The mail cannot be handed over. Mark the delivery as handled.',
  bytes: 0,
}

export const mailErased: Outcome = {
  result: 'permanent',
  scope: 'message',
  code: 'message-erased',
  detail: 'An admin erased the message before it was handed over.',
  remedy: 'The mail cannot be handed over. Mark the delivery as handled.',
  bytes: 0,
}

/** An attempt would hand over control headers of a mail that is not trusted. */
export const uncleanable = (why: UncleanableMail): Outcome => ({
  ...reasonOf(why),
  result: 'permanent',
  scope: 'message',
  bytes: 0,
})
