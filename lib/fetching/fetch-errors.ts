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

/** Our own side failed: the session ends, everything that is not stored stays on the server. `cause`: what it threw. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure'
  /** Which store, as an operator knows it. */
  readonly store: string

  constructor(store: string, options: ErrorOptions) {
    super(`${store} failed`, options)
    this.store = store
  }
}

/** What AWS calls a missing permission, table, bucket, secret or key. Waiting does not help there. */
const needsOperator =
  /AccessDenied|NotAuthorized|ResourceNotFound|NoSuch|NotFoundException|UnrecognizedClient|InvalidClientTokenId|DisabledException|KMSInvalidState/

/** The stable name that AWS gives an error. Its text is not shown, because it names roles and resources. */
export const errorNameOf = (error: unknown): string => {
  const { cause } = error instanceof StorageFailure ? error : { cause: error }
  return cause instanceof Error && /^\w{1,80}$/.test(cause.name) ? cause.name : 'unknown error'
}

/** As mail stays where it is until it is stored, a later run takes it up. */
export const storageFailed = (error: StorageFailure): FetchFailure => {
  const name = errorNameOf(error)
  return {
    code: 'storage-failed',
    words: `${error.store} failed (${name}). Messages that are not stored yet stay on the server.`,
    remedy: needsOperator.test(name)
      ? 'Nothing is lost, but an operator has to act: the fetch function lacks a permission, or a table, bucket, secret or key is missing. Deploy Postmaster again and look at the function’s log for this run id.'
      : 'Nothing is lost: the next run tries again. If it repeats, look at the health of this service in AWS and at the function’s log for this run id.',
    cure: 'waiting',
  }
}

/** Returns undefined for errors that are not expected. */
export const failureOf = (error: unknown, accountId: string): FetchFailure | undefined => {
  if (error instanceof StorageFailure) return storageFailed(error)
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
