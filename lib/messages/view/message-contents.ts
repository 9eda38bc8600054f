import { cutTo, printable } from '../../text/printable.ts'
import { readHeaderSummary } from '../header/read-message-header.ts'
import { headerBlockLimit, type MessageHeader } from '../message-header.ts'
import { Beginning } from './beginning.ts'
import { bodyLimit } from './body/body-limit.ts'
import { CollectedTexts } from './body/collected-texts.ts'
import { type ShownBody, shownBodyOf } from './body/shown-body.ts'
import { safeFileName } from './file-name.ts'
import { UnreadableMail } from './parts/mail-parts.ts'
import { type ShownField, shownFieldsOf } from './shown-fields.ts'
import { isSigned } from './signed/signed-parts.ts'
import { type AttachedPart, isMessage, sortedParts } from './sorted-parts.ts'

/** The limit of a Content-ID, in characters. */
const longestId = 255

export interface ListedAttachment {
  /** The attachment's position in the message, starting at 1. */
  readonly index: number
  /** A safe file name. */
  readonly name: string
  readonly contentType: string
  /** In bytes, without transfer encoding. */
  readonly size: number
  /** True if the sender intended the attachment to be shown within the text. */
  readonly inline: boolean
  readonly contentId?: string
  /** True if the attachment is itself a message. It then has its own view. */
  readonly isMessage: boolean
}

/** The reasons why a view does not show the whole message. */
export const incompleteReasons = ['too-complex', 'unreadable', 'too-slow', 'no-parts'] as const
export type IncompleteReason = (typeof incompleteReasons)[number]

export type ShownHeader = Partial<Pick<MessageHeader, (typeof shownFields)[number]>>
const shownFields = ['from', 'to', 'cc', 'subject', 'date', 'messageIdHeader'] as const

export interface MessageContents extends ShownBody {
  readonly header: ShownHeader
  /** Every field of the header, in order. */
  readonly fields: readonly ShownField[]
  readonly attachments: readonly ListedAttachment[]
  /** Whether at least one part is inside a signature. Postmaster does not verify signatures. */
  readonly signed: boolean
  readonly incomplete?: IncompleteReason
}

/**
 * Reads the contents of a message as a stream. Memory holds only the header block, 1 MiB of each kind of body, and
 * names. The function returns a result for any message. If reading stops early, `incomplete` gives the reason, and the
 * parts read until then are included.
 * @param signal ends the reading
 * @throws only errors of the source
 */
export const readContents = async (source: AsyncIterable<Buffer>, signal: AbortSignal): Promise<MessageContents> => {
  const beginning = new Beginning(source, headerBlockLimit)
  const texts = new CollectedTexts(bodyLimit)
  const attachments: ListedAttachment[] = []
  let signed = false
  let incomplete: IncompleteReason | undefined
  try {
    for await (const sorted of sortedParts(beginning, signal)) {
      if (sorted.part.unseparated) incomplete = 'no-parts'
      signed ||= isSigned(sorted.part)
      if (sorted.kind === 'attachment') attachments.push(await listed(sorted))
      else await texts.add(sorted.part, sorted.kind)
    }
  } catch (error) {
    incomplete = incompleteBecause(error, signal)
  }
  return {
    header: shownHeaderOf(beginning.bytes),
    fields: shownFieldsOf(beginning.bytes),
    ...shownBodyOf(texts.leaves),
    attachments,
    signed,
    ...(incomplete && { incomplete }),
  }
}

const incompleteBecause = (error: unknown, signal: AbortSignal): IncompleteReason => {
  if (error instanceof UnreadableMail) return error.code
  if (signal.aborted) return 'too-slow'
  throw error
}

const listed = async ({ part, index }: AttachedPart): Promise<ListedAttachment> => {
  let size = 0
  for await (const chunk of part.content) size += chunk.length
  const { contentId } = part
  return {
    index,
    name: safeFileName(part.fileName, part.contentType, index),
    contentType: safeType(part.contentType),
    size,
    inline: part.disposition === 'inline' || (part.disposition === undefined && contentId !== undefined),
    ...(contentId !== undefined && { contentId: cutTo(printable(contentId), longestId) }),
    isMessage: isMessage(part),
  }
}

/** A media type consists of two restricted names (RFC 6838 section 4.2). */
const safeType = (contentType: string): string =>
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(contentType)
    ? contentType
    : 'application/octet-stream'

const shownHeaderOf = (beginning: Buffer): ShownHeader => {
  const header = readHeaderSummary(beginning)
  return Object.fromEntries(shownFields.flatMap((name) => (header?.[name] ? [[name, header[name]]] : [])))
}
