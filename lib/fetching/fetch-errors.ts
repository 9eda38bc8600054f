import { notRemovedRemedy } from '../accounts/health-warnings.ts'
import { MailboxError, mailboxErrorCatalogue } from '../mailbox/mailbox-error.ts'
import { OAuth2Error, remedyFor } from '../oauth2/oauth2-error.ts'

/** What a run and its account's status show of a failure. `cure` decides how soon to try again; with `consent` only once somebody has consented. */
export interface FetchFailure {
  readonly code: string
  readonly words: string
  readonly remedy: string
  readonly cure: 'waiting' | 'change' | 'consent'
}

/** Our own side failed (S3, DynamoDB): the session ends, everything not stored stays on the server. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure'
}

/** Whatever goes wrong on our own side ends the session as one kind of failure; the message stays on the server. */
export const storing = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    throw new StorageFailure('our own store failed', { cause: error })
  }
}

/** Undefined for what is no expected failure. */
export const failureOf = (error: unknown, accountId: string): FetchFailure | undefined => {
  if (error instanceof MailboxError) return mailboxFailure(error)
  if (!(error instanceof OAuth2Error)) return undefined
  const { code, words, remedy, cure } = error.finding
  return { code, words, remedy: remedyFor(remedy, accountId), cure }
}

const mailboxFailure = ({ code, serverWords }: MailboxError): FetchFailure => {
  const { words, remedy, cure } = mailboxErrorCatalogue[code]
  return { code, words: serverWords ? `${words} It said: ${serverWords}` : words, remedy, cure }
}

interface FetchWarning {
  readonly code: string
  readonly words: string
  readonly remedy: string
}

const messages = (count: number): string => (count === 1 ? 'One message' : `${count} messages`)

/** What is wrong with single messages while the account as a whole works; shown until a run finds it gone. */
export const warnings = {
  notRemoved: (count: number, why: string | undefined): FetchWarning => ({
    code: 'not-removed',
    words: `${messages(count)} could not be removed from the server.${why === undefined ? '' : ` ${why}`}`,
    remedy: notRemovedRemedy,
  }),
  deadly: (count: number): FetchWarning => ({
    code: 'messages-deadly',
    words: `${count} ${count === 1 ? 'message ended' : 'messages ended'} the process of several runs and ${count === 1 ? 'is' : 'are'} left alone on the server.`,
    remedy:
      'Fetch the account now to give them another try, or take them out of the folder with a mail client and report this.',
  }),
  absent: (count: number): FetchWarning => ({
    code: 'messages-without-content',
    words: `The server lists ${count} ${count === 1 ? 'message' : 'messages'} but does not hand over usable content.`,
    remedy: 'Every run tries again. Look at them with a mail client; the run’s events name each one.',
  }),
  unstorable: (count: number): FetchWarning => ({
    code: 'messages-unstorable',
    words: `${count} ${count === 1 ? 'message cannot' : 'messages cannot'} be recorded in the table of messages and ${count === 1 ? 'stays' : 'stay'} on the server.`,
    remedy:
      'Every run tries again. The run’s events name each message, and the function’s log has the cause: please report it. Mail behind these messages is fetched.',
  }),
}

export const fetchFailures = {
  storage: {
    code: 'storage-failed',
    words: 'A message could not be stored on our side, so it was left on the server.',
    remedy:
      'Nothing is lost: the next run tries again. If it repeats, look at the health of S3 and DynamoDB and the function’s log.',
    cure: 'waiting',
  },
  crashed: {
    code: 'crashed',
    words: 'The run ended without a result; its process died or met a defect of Postmaster.',
    remedy:
      'Nothing is lost: the next run reads the messages in question one by one. If it repeats, look in the function’s log for this run id.',
    cure: 'waiting',
  },
  tooSlow: {
    code: 'too-slow',
    words: 'The time of one run was used up before a single message was fetched whole.',
    remedy:
      'The server or the line is too slow for the message that is next. Try again later, or lower the account’s message size limit so that it is left out; it is read last from now on.',
    cure: 'waiting',
  },
  listingTooSlow: {
    code: 'too-slow',
    words: 'The time of one run was used up before the server had listed the messages.',
    remedy:
      'The server or the line is too slow, or the server never ends its list. The next run tries again; if it repeats, ask the mail provider.',
    cure: 'waiting',
  },
  openingTooSlow: {
    code: 'too-slow',
    words: 'The time of one run was used up before the mailbox was open.',
    remedy: 'Nothing is lost: the next run tries again. If it repeats, ask the mail provider.',
    cure: 'waiting',
  },
  queueRefused: {
    code: 'fetch-queue-refused',
    words: 'The fetch queue did not accept the continuation of this run.',
    remedy: 'Nothing is lost: the next run takes up what is left.',
    cure: 'waiting',
  },
  accountMissing: {
    code: 'account-deleted',
    words: 'The account was deleted before or while it was fetched.',
    remedy: 'Mail that was stored stays; nothing else is to be done.',
    cure: 'change',
  },
  accountNotValid: {
    code: 'account-not-valid',
    words: 'The account is not valid, so it was not fetched.',
    remedy: 'Set its validity to `valid`.',
    cure: 'change',
  },
} as const satisfies Record<string, FetchFailure>
