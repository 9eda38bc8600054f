import { ProblemError } from '../../problems/problem.ts'
import type { MessageId } from '../message.ts'
import { type BodyText, cutToJson } from './collecting.ts'
import { htmlText } from './html-text.ts'
import { bodyLimit, type IncompleteReason, type MessageContents, readContents } from './message-contents.ts'
import type { MessageView } from './message-view.ts'
import type { PartPath } from './part-path.ts'
import { openRawMail, type ReadingServices, readAttachment } from './read-mail.ts'
import { sanitiseHtml } from './sanitise-html.ts'
import { isMessage } from './sorted-parts.ts'

export interface ViewQuestion {
  readonly messageId: MessageId
  /** A message within the message. */
  readonly attachment?: PartPath | undefined
  readonly html: 'none' | 'sanitised' | 'source'
  /** Whether sanitised HTML may load images from elsewhere. */
  readonly remoteContent: boolean
}

/** Reads the stored bytes and changes nothing. @throws ProblemError `not-found`, `raw-mail-expired`, `attachment-unreadable` */
export const viewMessage = async (services: ReadingServices, question: ViewQuestion): Promise<MessageView> => {
  const { messageId, attachment } = question
  const contents = await contentsOf(services, question)
  const { header, attachments, incomplete } = contents
  return {
    messageId,
    ...(attachment !== undefined && { attachment }),
    header,
    ...textOf(contents),
    ...htmlOf(contents, question),
    attachments: attachments.map(({ index, ...one }) => ({
      index: attachment === undefined ? String(index) : `${attachment}.${index}`,
      ...one,
    })),
    ...(incomplete && { incomplete: { code: incomplete, words: incompleteWords[incomplete] } }),
  }
}

const contentsOf = async (
  services: ReadingServices,
  { messageId, attachment }: ViewQuestion,
): Promise<MessageContents> => {
  const signal = AbortSignal.timeout(services.readingTime)
  if (attachment === undefined) return await readContents(await openRawMail(services, messageId, signal), signal)
  return await readAttachment(services, { messageId, path: attachment, signal }, async ({ part }) => {
    if (!isMessage(part)) throw new ProblemError('not-found', `The attachment ${attachment} is a file, not a message.`)
    return await readContents(part.content, signal)
  })
}

const incompleteWords: Readonly<Record<IncompleteReason, string>> = {
  'too-complex': 'It has more than 1,000 parts or oversized headers; what came before is shown.',
  unreadable: 'It is broken in a way that stopped the reader; what came before is shown.',
  'too-slow': 'Reading it took too long; what came before is shown.',
  'no-parts': 'Its parts cannot be told apart; the beginning of its body is shown as it was sent.',
}

/** Many senders write HTML only, or an empty text beside it. */
const textOf = ({ text, html }: MessageContents): Pick<MessageView, 'text' | 'textFrom'> => {
  if (html && (text?.content ?? '').trim() === '') {
    const made = htmlText(html.content, bodyLimit)
    if (made) {
      const content = cutToJson(made.text, bodyLimit)
      const truncated = html.truncated || made.cut || content !== made.text
      return { text: { content, truncated }, textFrom: 'html' }
    }
  }
  return text ? { text } : {}
}

const htmlOf = (
  { html }: MessageContents,
  { html: form, remoteContent }: ViewQuestion,
): Pick<MessageView, 'html' | 'htmlLeftOut'> => {
  if (!html || form === 'none') return {}
  if (form === 'source') return { html: { ...html, form } }
  return sanitised(html, remoteContent) ?? { htmlLeftOut: 'Its elements are nested more than 500 deep.' }
}

/** Escaping makes text longer: what would grow beyond the limit is cut before, so that the result is whole HTML. */
const sanitised = ({ content, truncated }: BodyText, remoteContent: boolean): Pick<MessageView, 'html'> | undefined => {
  for (let input = content; ; input = input.slice(0, Math.floor(input.length / 2))) {
    const clean = sanitiseHtml(input, { remoteContent })
    if (!clean) return undefined
    const { html, remoteContentRemoved } = clean
    if (cutToJson(html, bodyLimit) !== html) continue
    return {
      html: {
        content: html,
        truncated: truncated || input !== content,
        form: 'sanitised',
        remoteContentRemoved,
      },
    }
  }
}
