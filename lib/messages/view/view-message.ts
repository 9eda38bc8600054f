import { ProblemError } from '../../reasons/problem.ts'
import type { MessageId } from '../message.ts'
import { type BodyText, bodyLimit, cutToJson } from './body/body-limit.ts'
import { sanitiseHtml } from './html/sanitise-html.ts'
import { type IncompleteReason, type MessageContents, readContents } from './message-contents.ts'
import { type MessageView, remoteHostsShown, signedDetail } from './message-view.ts'
import { openRawMail, type ReadingServices, readAttachment } from './read-mail.ts'
import { isMessage, type PartPath } from './sorted-parts.ts'

export interface ViewQuestion {
  readonly messageId: MessageId
  /** The path of an attached message. */
  readonly attachment?: PartPath | undefined
  /** Whether the view contains every field of the header. */
  readonly fields: boolean
  readonly html: 'none' | 'sanitised' | 'source'
  /** Whether sanitised HTML may load remote images. */
  readonly remoteContent: boolean
}

/**
 * Reads a stored message without changing anything.
 * @throws ProblemError `not-found`, `raw-mail-expired`, `attachment-unreadable`
 */
export const viewMessage = async (services: ReadingServices, question: ViewQuestion): Promise<MessageView> => {
  const { messageId, attachment } = question
  const contents = await contentsOf(services, question)
  const { header, fields, text, textFrom, attachments, signed, incomplete } = contents
  return {
    messageId,
    ...(attachment !== undefined && { attachment }),
    header,
    ...(question.fields && { fields: [...fields] }),
    ...(text && { text }),
    ...(textFrom && { textFrom }),
    ...htmlOf(contents, question),
    attachments: attachments.map(({ index, ...one }) => ({
      index: attachment === undefined ? String(index) : `${attachment}.${index}`,
      ...one,
    })),
    ...(signed && { signed: { detail: signedDetail } }),
    ...(incomplete && { incomplete: { code: incomplete, detail: incompleteDetails[incomplete] } }),
  }
}

const contentsOf = async (
  services: ReadingServices,
  { messageId, attachment }: ViewQuestion,
): Promise<MessageContents> => {
  const signal = AbortSignal.timeout(services.readingTime)
  if (attachment === undefined) return await readContents(await openRawMail(services, messageId, signal), signal)
  return await readAttachment(services, { messageId, path: attachment, signal }, async ({ part }) => {
    if (!isMessage(part)) throw new ProblemError('not-found', `Attachment ${attachment} is a file, not a message.`)
    return await readContents(part.content, signal)
  })
}

const incompleteDetails: Readonly<Record<IncompleteReason, string>> = {
  'too-complex':
    'The message has more than 1,000 parts or oversized headers. The view shows the content before that point.',
  unreadable: 'The message is malformed and could not be read further. The view shows the content before that point.',
  'too-slow': 'Reading the message took too long. The view shows the content read until then.',
  'no-parts':
    'Some parts of the message could not be separated. The view shows the beginning of their content as it was sent.',
}

const htmlOf = (
  { html }: MessageContents,
  { html: form, remoteContent }: ViewQuestion,
): Pick<MessageView, 'html' | 'htmlLeftOut'> => {
  if (!html || form === 'none') return {}
  if (form === 'source') return { html: { ...html, form } }
  return sanitised(html, remoteContent) ?? { htmlLeftOut: 'The elements are nested more than 500 deep.' }
}

/**
 * Escaping makes text longer. HTML that would exceed the limit is cut before sanitising, so that the result is
 * well-formed HTML.
 */
const sanitised = ({ content, truncated }: BodyText, remoteContent: boolean): Pick<MessageView, 'html'> | undefined => {
  for (let input = content; ; input = input.slice(0, Math.floor(input.length / 2))) {
    const clean = sanitiseHtml(input, { remoteContent })
    if (!clean) return undefined
    const { html, remoteContentRemoved, remoteContentHosts } = clean
    if (cutToJson(html, bodyLimit) !== html) continue
    return {
      html: {
        content: html,
        truncated: truncated || input !== content,
        form: 'sanitised',
        remoteContentRemoved,
        remoteContentHosts: remoteContentHosts.slice(0, remoteHostsShown),
      },
    }
  }
}
