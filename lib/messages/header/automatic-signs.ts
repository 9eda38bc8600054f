import { cutTo } from '../../text/printable.ts'
import type { FoundSign, SignCode } from '../automatic-mail.ts'
import { decodedText } from '../decoding/encoded-words.ts'
import { mediaTypeOf } from '../decoding/parameters.ts'
import type { AddressesOf } from './addresses.ts'
import { withoutComments } from './comments.ts'
import type { HeaderField } from './header-fields.ts'

/** In characters: enough to recognise the program that wrote the header. */
const longestValue = 100

/**
 * Finds the signs of automatic mail, each at most once. A subject is not a sign, because it depends on the language
 * and people quote it.
 * @param prefix the control header prefix, in lower case
 */
export const automaticSignsOf = (
  fields: readonly HeaderField[],
  addressesOf: AddressesOf,
  prefix: string,
): FoundSign[] => {
  const found = new Map<SignCode, FoundSign>()
  const seen = new Set<string>()
  const answers = isUnreturnableAnswer(fields)
  for (const field of fields) {
    const { name, disguised } = field
    const isFirst = !seen.has(name)
    if (!disguised) seen.add(name)
    // A disguised Loop header counts because it can only prevent an answer.
    if (disguised && name !== `${prefix}loop`) continue
    const sign =
      name === 'from' ? isFirst && senderSign(addressesOf(field)) : signOf(field, { prefix, isFirst, answers })
    if (sign && !found.has(sign))
      found.set(sign, { sign, header: name, value: cutTo(decodedText(field.value), longestValue) })
  }
  return [...found.values()]
}

interface Surroundings {
  readonly prefix: string
  /**
   * Whether the field is the first one with its name. The server that delivers a message adds its Return-Path at the
   * top.
   */
  readonly isFirst: boolean
  readonly answers: boolean
}

type Sign = SignCode | false | undefined

const signOf = (field: HeaderField, { prefix, isFirst, answers }: Surroundings): Sign => {
  const { name } = field
  if (name === `${prefix}loop`) return !denials.has(decodedText(field.value).toLowerCase()) && 'control-loop'
  const known = headersThatAreSigns.get(name)
  if (known) return decodedText(field.value) !== '' && known
  switch (name) {
    case 'content-type':
      return isFirst && reportSign(field)
    case 'return-path':
      return isFirst && isNullPath(field) && 'null-return-path'
    case 'auto-submitted':
      return submissionSign(keywordOf(field), answers)
    case 'precedence':
      return precedenceSign(keywordOf(field))
    default:
      return name.startsWith('x-') ? variantSign(field) : undefined
  }
}

/**
 * These headers are signs whatever they contain. The mail programs that people use do not write the list headers of RFC
 * 2369 and RFC 2919, but sales tools add List-Unsubscribe to individual mails. Mailing-List, X-Loop and X-No-Loop are
 * in the reference's list.
 */
const headersThatAreSigns: ReadonlyMap<string, SignCode> = new Map([
  ['x-postmaster-hop', 'own-hop'],
  ['x-failed-recipients', 'failed-recipients'],
  ['x-dsncontext', 'delivery-report'],
  ['list-id', 'list-header'],
  ['list-post', 'list-header'],
  ['list-archive', 'list-header'],
  ['list-subscribe', 'list-header'],
  ['list-owner', 'list-header'],
  ['list-help', 'list-header'],
  ['mailing-list', 'list-header'],
  ['x-loop', 'loop-header'],
  ['x-no-loop', 'loop-header'],
  ['list-unsubscribe', 'list-unsubscribe'],
  ['list-unsubscribe-post', 'list-unsubscribe'],
])

/** Values that say that a header does not apply. */
const denials = new Set(['', 'no', 'false'])

/** The value without comments and parameters, in lower case. */
const keywordOf = ({ value }: HeaderField): string =>
  (withoutComments(decodedText(value)).split(';', 1)[0] ?? '').trim().toLowerCase()

/**
 * The types of RFC 6522. A report without a report type is nearly always a bounce. Gateways that add a footer turn a
 * report into `multipart/mixed` and keep the report type.
 */
const reportSign = ({ value }: HeaderField): Sign => {
  const { type, parameters } = mediaTypeOf(value)
  const isReport = type === 'multipart/report'
  const reported = parameters['report-type']?.trim().toLowerCase() || (isReport && 'delivery-status')
  if (reported === 'delivery-status') return 'delivery-report'
  if (!isReport) return undefined
  return reported === 'disposition-notification' ? 'disposition-report' : 'report'
}

/** RFC 5321 section 4.5.5: only mail that must not be answered has an empty reverse path. */
const isNullPath = ({ value }: HeaderField): boolean => withoutComments(value).replace(/\s/g, '') === '<>'

/** Exchange marks its out-of-office answers as `auto-generated`. In-Reply-To shows that they are replies. */
const isUnreturnableAnswer = (fields: readonly HeaderField[]): boolean => {
  const path = fields.find(({ name, disguised }) => name === 'return-path' && !disguised)
  return path !== undefined && isNullPath(path) && fields.some(({ name }) => name === 'in-reply-to')
}

/** RFC 3834 section 5: every value other than `no` marks automatic mail. */
const submissionSign = (value: string, answers: boolean): Sign => {
  if (value === '' || value === 'no') return undefined
  return value === 'auto-replied' || answers ? 'auto-replied' : 'auto-generated'
}

/**
 * The classes that sendmail defines for ordinary mail, and the values of programs that mistake Precedence for a
 * priority.
 */
const ordinary = new Set([
  ...['', 'no', 'none', 'normal', 'first-class', 'special-delivery', 'air-mail'],
  ...['urgent', 'non-urgent', 'high', 'medium', 'low'],
])

/** In the reference, every value is a sign. */
const precedenceSign = (value: string): Sign => {
  const precedence = value.replace(/[\s_]/g, '-')
  if (ordinary.has(precedence)) return undefined
  return precedence === 'auto-reply' || precedence === 'autoreply' ? 'auto-reply-header' : 'precedence'
}

/**
 * Programs spell these headers in many ways, for example `X-Autoreply`, `X-Auto-Reply-From` and `X-Autoresponder`.
 * `X-Auto-Response-Suppress` only asks for silence, and gateways also add it to mail that people write.
 */
const variantSign = (field: HeaderField): Sign => {
  if (!field.name.startsWith('x-auto') && !field.name.startsWith('x-mail-auto')) return undefined
  const compact = field.name.replaceAll('-', '').replace(/^xmail/, 'x')
  const value = keywordOf(field)
  if (denials.has(value) || value === 'none') return undefined
  if (compact.startsWith('xautorespons')) return 'response-suppressed'
  if (compact.startsWith('xautoreply') || compact.startsWith('xautorespond')) return 'auto-reply-header'
  return compact === 'xautogenerated' ? 'auto-generated' : undefined
}

/**
 * `postmaster` is not in the list, because people must read mail to that address and answer from it (RFC 2142 section
 * 5).
 */
const robot = /^(?:no|do-?not)-?reply(?![a-z])/

const senderSign = (from: ReturnType<AddressesOf>): Sign => {
  const local = (from[0]?.address.trim().toLowerCase().split('@', 1)[0] ?? '').replace(/[._]/g, '-')
  if (local === 'mailer-daemon') return 'mailer-daemon'
  return robot.test(local) && 'robot-sender'
}
