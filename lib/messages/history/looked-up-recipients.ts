import type { Message } from '../message.ts'

/** The number of recipients that an explanation lists. The message's row lists up to 500 per header. */
const listed = 50

/**
 * Lists the recipients that were looked up to choose the queue.
 * @returns complete sentences. The text is empty if the recipients did not determine the queue, or if the reason
 * already names them all.
 */
export const lookedUpRecipients = ({ reason: { code }, header }: Message): string => {
  if (!header || header.recipients.length === 0 || (code !== 'recipient' && code !== 'default-queue')) return ''
  const { recipients, truncated } = header
  const matched = code === 'recipient'
  if (matched && recipients.length === 1 && truncated.length === 0) return ''
  const shown = Map.groupBy(recipients.slice(0, listed), (recipient) => recipient.header)
  const parts = [...shown].map(([name, some]) => `${name}: ${some.map(({ address }) => address).join(', ')}`)
  const more = recipients.length - listed
  if (more > 0) parts.push(`and ${more.toLocaleString('en')} more`)
  const sentence = `Recipients were looked up in this order${matched ? ' until one matched' : ''}: ${parts.join('; ')}.`
  if (!truncated.includes('recipients')) return sentence
  return `${sentence} The message’s record keeps only the first recipients of each header. ${matched ? 'The list may end before the match.' : 'More were looked up.'}`
}
