import { type MailboxError, mailboxErrorCatalogue } from '../mailbox/mailbox-error.ts'

/** What a run and its account's status show of a failure. `cure` decides how soon to try again. */
export interface FetchFailure {
  readonly code: string
  readonly words: string
  readonly remedy: string
  readonly cure: 'waiting' | 'change'
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

export const failureOf = (error: MailboxError): FetchFailure => {
  const { words, remedy, cure } = mailboxErrorCatalogue[error.code]
  return { code: error.code, words: error.serverWords ? `${words} It said: ${error.serverWords}` : words, remedy, cure }
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
