import type { AccountId } from '../../accounts/account.ts'
import type { AccountReader } from '../../accounts/store/account-store.ts'
import type { QueueDirectory } from '../../dispatching/queue-directory.ts'
import type { Message, MessageId, MessageLedger, RawStore } from '../../messages/message.ts'
import type { RawOrigin } from '../../messages/store/raw-origin.ts'
import type { S3RawStore } from '../../messages/store/s3-raw-store.ts'
import type { Reason } from '../../reasons/reason.ts'
import type { Clock } from '../../text/clock.ts'
import { mailboxIdentityOf } from '../identity.ts'
import { type AccountOfMessage, newMessageRow, repeatedMessageRow } from '../storing/message-row.ts'
import { ContentTap } from '../storing/message-stream.ts'
import { type WriteRowServices, writeMessageRow } from '../storing/write-row.ts'

export interface RecoverMessageServices extends WriteRowServices {
  readonly raw: Pick<S3RawStore, 'origin'> & Pick<RawStore, 'open'>
  readonly ledger: Pick<MessageLedger, 'create' | 'findByContent'>
  readonly accounts: Pick<AccountReader, 'read'>
  readonly directory: QueueDirectory
  readonly controlHeaderPrefix: string
  readonly now: Clock
}

/** Why the record of a message cannot be written again. */
export type RecoveryProblem = Reason<'origin-unknown' | 'not-recovered'>

/**
 * `recovered`: the message has a record again. In a dry run, it can get one. `known`: its record was written meanwhile, or
 * its raw mail has expired.
 */
export type RecoveryOutcome = 'recovered' | 'known' | RecoveryProblem

/** What recovering one message depends on, besides the services. */
export interface RecoverySettings {
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

/** Writes the record of a message from its raw mail, as the run that stored it did, unless it has one. */
export const recoverMessage = async (
  services: RecoverMessageServices,
  messageId: MessageId,
  { dryRun, signal }: RecoverySettings,
): Promise<RecoveryOutcome> => {
  const origin = await services.raw.origin(messageId)
  if (origin === undefined) return 'known'
  if (origin === 'unknown') return originUnknown
  if (dryRun) return 'recovered'
  const chunks = await services.raw.open(messageId, signal)
  if (!chunks) return 'known'
  const tap = new ContentTap(chunks)
  // Nothing keeps the chunks. The tap has the hash, the size and the header afterwards.
  for await (const _ of tap);
  const content = { messageId, ...tap.summary() }
  const account = (await services.accounts.read(origin.accountId)) ?? deletedAccount(origin.accountId)
  const repeated = await repeatedIn(services, origin, content.sha256)
  const wanted: Message = {
    ...(repeated
      ? repeatedMessageRow({ origin, account, messageId }, repeated)
      : await newMessageRow({ origin, account, content }, services)),
    recoveredAt: services.now().toISOString(),
  }
  const { row } = await writeMessageRow(services, wanted)
  if (!row) return notRecovered('DynamoDB does not accept the record.')
  return row.recoveredAt === wanted.recoveredAt ? 'recovered' : 'known'
}

/** No setting says that mail of a deleted account may be trusted, or into which queue it goes. */
const deletedAccount = (accountId: AccountId): AccountOfMessage => ({
  trusted: false,
  dispatching: { by: 'default-queue', because: `The account ${accountId} of the recovered message was deleted` },
  afterFetch: { action: 'delete' },
})

/**
 * Runs compare bytes when the identity of a mailbox changes, so a message can have been stored twice under two
 * identities. The second one was never announced.
 */
const repeatedIn = async (
  { ledger }: RecoverMessageServices,
  { accountId, source }: RawOrigin,
  sha256: string,
): Promise<Message | undefined> => {
  const identity = mailboxIdentityOf(source, source.uidValidity)
  return await ledger.findByContent(
    accountId,
    sha256,
    (row) => mailboxIdentityOf(row.source, row.source.uidValidity) !== identity,
  )
}

const originUnknown: RecoveryProblem = {
  code: 'origin-unknown',
  detail: 'An earlier version of Postmaster stored the raw mail, without the account from which it came.',
  remedy: 'Download the raw mail from the bucket. If your ticket system does not have it, import it there.',
}

export const notRecovered = (why: string): RecoveryProblem => ({
  code: 'not-recovered',
  detail: `The record cannot be written. ${why}`,
  remedy: 'Recover again. If the problem remains, look for the message ID in the log of the function.',
})
