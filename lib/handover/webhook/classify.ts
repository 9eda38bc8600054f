import { type HttpAnswer, type HttpFailure, type HttpResult, isAnswer } from '../../network/http-exchange.ts'
import { networkErrors } from '../../network/network-error.ts'
import type { Redact } from '../../redaction/redaction.ts'
import type { Outcome } from '../ledger/outcome.ts'
import { quoteOf, remoteIn } from './receiver-answer.ts'
import { retryAfterOf } from './retry-after.ts'
import { delivered, failed, unavailable, verdictOf, wrongAddress } from './verdicts.ts'

/**
 * Turns the result of a request into an outcome. A failure concerns the message if other messages could succeed, because
 * a failure of the destination stops all of its mail.
 * @param redact hides the secrets of the destination
 */
export const outcomeOf = (result: HttpResult, redact: Redact, now: Date): Outcome =>
  isAnswer(result) ? answeredOutcome(result, redact, now) : failedOutcome(result)

const answeredOutcome = (answer: HttpAnswer, redact: Redact, now: Date): Outcome => {
  const { status, body, bytes } = answer
  const short = `The receiver responded with status ${status}`
  const quote = quoteOf(body, redact)
  const detail = `${short}${quote === undefined ? '.' : `: ${quote}`}`
  if (status >= 200 && status < 300) {
    const remote = remoteIn(body, redact)
    // A ticket is shown as such. Its answer is not quoted, because it may be encoded once more than redaction decodes.
    return remote
      ? { ...delivered, answered: true, detail: `${short}.`, bytes, remote }
      : { ...delivered, answered: true, detail, bytes }
  }
  const retryAfter = retryAfterOf(answer.retryAfter, now)
  return { ...verdictOf(status), answered: true, detail, bytes, ...(retryAfter !== undefined && { retryAfter }) }
}

const failedOutcome = (failure: HttpFailure): Outcome => {
  const { bytes } = failure
  const detail = detailOf(failure)
  switch (failure.code) {
    case 'no-answer-in-time':
      // A slow connection affects only large mails. A receiver that has the whole request and hangs affects all of
      // them.
      return failure.sent === 'all'
        ? { ...unavailable, result: 'in-doubt', code: 'no-answer-in-time', detail, remedy: slowRemedy, bytes }
        : { ...failed, code: 'sent-too-slowly', detail, remedy: slowRemedy, bytes }
    case 'connection-lost':
      if (failure.sent === 'nothing') return { ...unavailable, code: 'connection-lost', detail, bytes }
      return {
        ...failed,
        result: failure.sent === 'all' ? 'in-doubt' : 'temporary',
        code: 'connection-lost',
        detail,
        bytes,
      }
    case 'body-not-readable':
      return { ...failed, code: 'mail-not-readable', detail, remedy: 'Postmaster tries again automatically.', bytes }
    case 'answer-not-http':
      return { ...wrongAddress, code: 'answer-not-http', detail, bytes }
    default:
      return { ...unavailable, code: failure.code, detail, remedy: networkRemedy(failure.code), bytes }
  }
}

const slowRemedy =
  'Make the receiver store the request and respond before it does further work, or raise `timeoutSeconds`.'

const detailOf = ({ code, sent }: HttpFailure): string => {
  switch (code) {
    case 'no-answer-in-time':
      return sent === 'all'
        ? 'The receiver did not respond in time. It may have received the message.'
        : 'The message could not be sent completely in time.'
    case 'connection-lost':
      return sent === 'all'
        ? 'The connection was lost before the receiver responded. It may have received the message.'
        : 'The connection was lost before the message was sent completely.'
    case 'body-not-readable':
      return 'The stored mail could not be read completely.'
    case 'answer-not-http':
      return 'The server’s response is not HTTP.'
    default:
      return networkErrors[code].detail
  }
}

const networkRemedy = (code: keyof typeof networkErrors): string => {
  if (code.startsWith('certificate-'))
    return 'Renew or correct the receiver’s certificate, or set its authority as `customCa` of the destination.'
  if (code === 'address-not-allowed')
    return 'Use an agent for a receiver in a private network, or allow private addresses in the deployment.'
  return networkErrors[code].cure === 'change' ? 'Check the URL of the destination.' : unavailable.remedy
}
