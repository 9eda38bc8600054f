import { ownMember } from '../../text/names.ts'
import type { Outcome } from '../ledger/outcome.ts'

/** What a failure means, without its details. */
type Verdict = Pick<Outcome, 'result' | 'scope' | 'code' | 'remedy' | 'suspend'>

export const delivered: Verdict = {
  result: 'delivered',
  scope: 'message',
  code: 'delivered',
  remedy: 'No action is required.',
}

/** The receiver does not want this message. It would refuse it again. */
const refused: Verdict = {
  result: 'permanent',
  scope: 'message',
  code: 'refused',
  remedy: 'Look up the delivery’s id or the message’s id in the log of the receiver. Then try again.',
}

/** This message may have caused the error. If every message causes it, each is tried for five days. */
export const failed: Verdict = {
  result: 'temporary',
  scope: 'message',
  code: 'receiver-failed',
  remedy:
    'Look up the delivery’s id or the message’s id in the log of the receiver. Postmaster tries again automatically.',
}

const tryLater: Verdict = {
  ...failed,
  code: 'try-later',
  remedy: 'Postmaster tries again automatically.',
}

export const unavailable: Verdict = {
  result: 'temporary',
  scope: 'destination',
  code: 'receiver-unavailable',
  remedy: 'Check whether the receiver is running.',
}

const notAuthorized: Verdict = {
  ...unavailable,
  code: 'not-authorized',
  remedy:
    'Check the signing secret, the fixed header or the password of the destination, and the receiver’s own rules.',
}

export const wrongAddress: Verdict = {
  ...unavailable,
  code: 'wrong-address',
  remedy: 'Check the URL of the destination, and whether the receiver accepts a POST there.',
}

const wrongForm: Verdict = {
  ...unavailable,
  code: 'wrong-form',
  remedy: 'Check whether the receiver expects the other mode: `thin` sends JSON, and `raw` sends `message/rfc822`.',
}

const redirected: Verdict = {
  ...unavailable,
  code: 'redirected',
  remedy: 'Set the URL of the destination to the receiver’s final address. Postmaster does not follow redirects.',
}

/** RFC 9110, RFC 6585 and RFC 8470. Statuses that are not listed follow their first digit. */
const statuses: Readonly<Record<string, Verdict>> = {
  401: notAuthorized,
  402: unavailable,
  403: notAuthorized,
  404: wrongAddress,
  405: wrongAddress,
  406: wrongForm,
  407: notAuthorized,
  408: tryLater,
  409: tryLater,
  410: {
    ...unavailable,
    code: 'gone',
    suspend: true,
    remedy: 'The receiver does not want any more mail. Delete the destination, or correct its URL.',
  },
  411: wrongForm,
  413: {
    ...refused,
    code: 'too-large-for-receiver',
    remedy:
      'Configure the receiver to accept larger requests, or set `largestSize` of the destination. Then try again.',
  },
  415: wrongForm,
  417: wrongForm,
  421: wrongAddress,
  423: tryLater,
  424: tryLater,
  425: tryLater,
  426: wrongForm,
  429: {
    ...unavailable,
    code: 'too-many-requests',
    remedy: 'Lower `concurrency` of the destination, or raise the limit of the receiver.',
  },
  431: wrongForm,
  501: wrongAddress,
  502: unavailable,
  503: unavailable,
  504: unavailable,
  505: wrongForm,
  507: unavailable,
  511: notAuthorized,
}

/** What a response with this status means. */
export const verdictOf = (status: number): Verdict => {
  const named = ownMember(statuses, String(status))
  if (named) return named
  if (status >= 300 && status < 400) return redirected
  return status >= 400 && status < 500 ? refused : failed
}
