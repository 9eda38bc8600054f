import { notRemovedRemedy } from '../accounts/health/health-warnings.ts'
import { MailboxError, mailboxErrorCatalogue } from '../mailbox/mailbox-error.ts'
import { addressedTo, OAuth2Error } from '../oauth2/oauth2-error.ts'
import type { Reason } from '../reasons/reason.ts'
import { countedMessages } from '../text/counts.ts'

/**
 * A failure as a run and its account's status show it. `cure` decides how soon the next attempt follows. With
 * `consent`, it follows only after someone has consented.
 */
export interface FetchFailure extends Reason {
  readonly cure: 'waiting' | 'change' | 'consent'
}

/**
 * A failure of one of Postmaster's own stores. It ends the session, and messages that are not stored yet stay on the
 * server. `cause` is the store's error.
 */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure'
  /** The store's name as operators know it. */
  readonly store: string

  constructor(store: string, options: ErrorOptions) {
    super(`${store} failed`, options)
    this.store = store
  }
}

/** AWS error names for a missing permission, table, bucket, secret or key. Waiting does not resolve these errors. */
const needsOperator =
  // SNS has a name of its own for a missing permission: AuthorizationError.
  /AccessDenied|NotAuthorized|AuthorizationError|ResourceNotFound|NoSuch|NotFoundException|UnrecognizedClient|InvalidClientTokenId|DisabledException|KMSInvalidState/

/** @returns the stable name of an AWS error. The error's text is not shown, because it contains roles and resources. */
export const errorNameOf = (error: unknown): string => {
  const { cause } = error instanceof StorageFailure ? error : { cause: error }
  return cause instanceof Error && /^\w{1,80}$/.test(cause.name) ? cause.name : 'unknown error'
}

/**
 * @returns the failure for a store. A later run fetches the mail, because it stays on the server until it is stored.
 */
export const storageFailed = (error: StorageFailure): FetchFailure => {
  const name = errorNameOf(error)
  return {
    code: 'storage-failed',
    detail: `${error.store} failed (${name}). Messages that are not stored yet stay on the server.`,
    remedy: needsOperator.test(name)
      ? 'No mail is lost, but an operator has to act. The fetch function lacks a permission, or a table, bucket, secret or key is missing. Deploy Postmaster again, and search the fetch function’s log for this run ID.'
      : 'No mail is lost, and the next run tries again. If the error recurs, check the health of this service in AWS and search the fetch function’s log for this run ID.',
    cure: 'waiting',
  }
}

/** @returns undefined if the error is not an expected failure */
export const failureOf = (error: unknown, accountId: string): FetchFailure | undefined => {
  if (error instanceof StorageFailure) return storageFailed(error)
  if (error instanceof MailboxError) return { ...error.reason, cure: mailboxErrorCatalogue[error.code].cure }
  if (!(error instanceof OAuth2Error)) return undefined
  return addressedTo(accountId, error.finding)
}

/** Warnings about single messages of an account that otherwise works. Each is shown until a run no longer finds it. */
export const warnings = {
  notRemoved: (count: number, why: string | undefined): Reason => ({
    code: 'not-removed',
    detail: `${countedMessages(count)} could not be removed from the server.${why === undefined ? '' : ` ${why}`}`,
    remedy: notRemovedRemedy,
  }),
  poison: (count: number): Reason => ({
    code: 'poison-messages',
    detail: `${count} ${count === 1 ? 'message' : 'messages'} crashed several runs. Postmaster skips ${count === 1 ? 'it and leaves it' : 'them and leaves them'} on the server.`,
    remedy:
      'Fetch the account now to try these messages again. Or move them out of the folder with a mail client. Please report this error.',
  }),
  absent: (count: number): Reason => ({
    code: 'messages-without-content',
    detail: `The server lists ${count} ${count === 1 ? 'message' : 'messages'} but does not return usable content for ${count === 1 ? 'it' : 'them'}.`,
    remedy:
      'Every run tries again. Find these messages in the run’s events, and check whether a mail client can open them.',
  }),
  rawMailDiffers: (count: number): Reason => ({
    code: 'raw-mail-differs',
    detail: `Other mail is already stored under the ids of ${countedMessages(count)}. Postmaster does not overwrite it, so ${count === 1 ? 'the message stays' : 'the messages stay'} on the server.`,
    remedy:
      'Find these messages in the quarantine, and compare them with the stored mail as the runbook describes. Please report this error.',
  }),
  unstorable: (count: number): Reason => ({
    code: 'messages-unstorable',
    detail: `${count} ${count === 1 ? 'message cannot' : 'messages cannot'} be recorded in the messages table and ${count === 1 ? 'stays' : 'stay'} on the server.`,
    remedy:
      'Every run tries again and fetches all other messages. Find these messages in the run’s events and the cause in the fetch function’s log. Please report the cause.',
  }),
}

export const fetchFailures = {
  crashed: {
    code: 'crashed',
    detail: 'The run ended without a result because its process crashed or hit a defect in Postmaster.',
    remedy:
      'No mail is lost. The next run reads the affected messages one by one. If the error recurs, search the fetch function’s log for this run ID.',
    cure: 'waiting',
  },
  tooSlow: {
    code: 'too-slow',
    detail: 'The run ran out of time before it had fetched a single complete message.',
    remedy:
      'The server or the connection is too slow for the next message. From now on, Postmaster reads this message last. Try again later, or lower the account’s message size limit to skip it.',
    cure: 'waiting',
  },
  listingTooSlow: {
    code: 'too-slow',
    detail: 'The run ran out of time before the server had listed the messages.',
    remedy:
      'The server or the connection is too slow, or the server never ends its list. The next run tries again. If the error recurs, contact the mail provider.',
    cure: 'waiting',
  },
  openingTooSlow: {
    code: 'too-slow',
    detail: 'The run ran out of time before the mailbox was open.',
    remedy: 'No mail is lost, and the next run tries again. If the error recurs, contact the mail provider.',
    cure: 'waiting',
  },
  queueRefused: {
    code: 'fetch-queue-refused',
    detail: 'The fetch queue did not accept the continuation of this run.',
    remedy: 'No mail is lost. The next run fetches the remaining messages.',
    cure: 'waiting',
  },
  accountMissing: {
    code: 'account-deleted',
    detail: 'The account was deleted before or during the fetch.',
    remedy: 'You do not need to do anything. Messages that are already stored are kept.',
    cure: 'change',
  },
  accountNotValid: {
    code: 'account-not-valid',
    detail: 'The account is not valid, so it was not fetched.',
    remedy: 'Set its validity to `valid`.',
    cure: 'change',
  },
} as const satisfies Record<string, FetchFailure>
