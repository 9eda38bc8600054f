import type { Account, AccountType } from '../../account-types.ts'
import { accountTypes } from '../../account-types.ts'

/** The form's fields as they are typed. An empty text means the default. */
export interface AccountDraft {
  readonly type: AccountType
  readonly host: string
  readonly port: string
  readonly authentication: Account['authentication']
  readonly username: string
  readonly password: string
  readonly profileId: string
  readonly mailbox: string
  readonly folder: string
  readonly dispatchingBy: 'to-field' | 'queue'
  readonly queueId: string
  readonly trusted: boolean
  readonly afterFetch: 'delete' | 'move' | 'keep'
  readonly moveTo: string
  readonly startFrom: 'everything' | 'new' | 'since'
  /** A time in ISO 8601, which may have been set to the second by another client. */
  readonly since: string
  readonly validity: Account['validity']
  readonly comment: string
  /** In megabytes (MiB). */
  readonly maxMessageSize: string
  readonly tooLarge: 'leave' | 'move'
  readonly tooLargeTo: string
  readonly customCa: string
}

export const bytesPerMegabyte = 1024 * 1024

export const emptyDraft: AccountDraft = {
  type: 'IMAPS',
  host: '',
  port: '',
  authentication: 'password',
  username: '',
  password: '',
  profileId: '',
  mailbox: '',
  folder: '',
  dispatchingBy: 'to-field',
  queueId: '',
  trusted: false,
  afterFetch: 'delete',
  moveTo: '',
  startFrom: 'everything',
  since: '',
  validity: 'valid',
  comment: '',
  maxMessageSize: '',
  tooLarge: 'leave',
  tooLargeTo: '',
  customCa: '',
}

/** 150 MiB, the default of the API. */
export const defaultMegabytes = 150

/** @returns the form of a stored account. Its password is not known, so the field is empty. */
export const draftOf = (account: Account): AccountDraft => {
  const { type, port, dispatching, afterFetch, tooLarge, startFrom, maxMessageSize } = account
  const megabytes = maxMessageSize / bytesPerMegabyte
  return {
    type,
    host: account.host,
    port: port === accountTypes[type].port ? '' : String(port),
    authentication: account.authentication,
    username: account.username,
    password: '',
    profileId: account.oauth2?.profileId ?? '',
    mailbox: account.mailbox ?? '',
    folder: account.folder === 'INBOX' ? '' : (account.folder ?? ''),
    dispatchingBy: dispatching.by,
    queueId: dispatching.by === 'queue' ? dispatching.queueId : '',
    trusted: account.trusted,
    afterFetch: afterFetch.action,
    moveTo: afterFetch.action === 'move' ? afterFetch.folder : '',
    startFrom: typeof startFrom === 'object' ? 'since' : (startFrom ?? 'everything'),
    since: typeof startFrom === 'object' ? startFrom.since : '',
    validity: account.validity,
    comment: account.comment,
    maxMessageSize: megabytes === defaultMegabytes ? '' : String(megabytes),
    tooLarge: tooLarge.action,
    tooLargeTo: tooLarge.action === 'move' ? tooLarge.folder : '',
    customCa: account.customCa ?? '',
  }
}
