import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { accountTypeFacts } from '../mailbox/account-type.ts'
import { ProblemError } from '../reasons/problem.ts'
import { type Claim, Claims, type Rival, type Taken } from '../tables/claims.ts'
import type { Table } from '../tables/table.ts'
import type { Clock } from '../text/clock.ts'
import { comparableIdentity, comparableName } from '../text/names.ts'
import type { Account } from './account.ts'
import { canonicalFolder, canonicalHost } from './fields/field-formats.ts'
import type { AccountReader, AccountStore, ListPosition } from './store/account-store.ts'

export type MailboxFields = Pick<Account, 'type' | 'host' | 'username' | 'mailbox' | 'folder'>

/** The user that a session logs in as, which is the owner of the mailbox for the mail server. */
export const mailboxUserOf = ({ username, mailbox }: Pick<Account, 'username' | 'mailbox'>): string =>
  mailbox ?? username

/** The account's name for people. */
export const accountNameOf = (account: Pick<Account, 'username' | 'mailbox' | 'host'>): string =>
  `${mailboxUserOf(account)} at ${account.host}`

/**
 * Returns one spelling for each mailbox's user. Hardly any server has two mailboxes whose names differ only in case
 * (decision 0029).
 */
const canonicalUser = (account: Pick<Account, 'username' | 'mailbox'>): string => {
  // Mail servers normalise user names in a similar way (SASLprep, RFC 4013), so these spellings open the same mailbox.
  const user = comparableName(mailboxUserOf(account))
  const at = user.lastIndexOf('@') + 1
  return user.slice(0, at) + (at === 0 ? user : canonicalHost(user.slice(at)))
}

/**
 * Identifies the mailbox that an account collects. Two accounts with the same key would compete for its mail. A key has
 * at most about 1,700 bytes (DynamoDB allows 2,048).
 */
export const mailboxKeyOf = (account: MailboxFields): string =>
  JSON.stringify([...mailStoreOf(account), canonicalFolder(account.folder ?? '')])

/** The key of earlier versions, under which claims may still be stored. */
export const formerMailboxKeyOf = (account: MailboxFields): string =>
  JSON.stringify([
    accountTypeFacts[account.type].protocol,
    account.host.toLowerCase(),
    comparableIdentity(mailboxUserOf(account)),
    account.folder ?? '',
  ])

const mailStoreOf = (account: MailboxFields): string[] => [
  accountTypeFacts[account.type].protocol,
  canonicalHost(account.host),
  canonicalUser(account),
]

/**
 * Whether the part of the mailbox that is used in message ids stays the same. If it changes, the account's mailbox
 * epoch increases. Another spelling is not a change.
 */
export const isSameMailStore = (before: MailboxFields, after: MailboxFields): boolean =>
  isDeepStrictEqual(mailStoreOf(before), mailStoreOf(after))

type ClaimingAccount = MailboxFields & Pick<Account, 'accountId'>

/** Mailbox keys are JSON arrays, so this key never equals one of them. */
const checkKey = '#checked'
const checkSchema = z.object({ checkedAt: z.iso.datetime() })

/** One row for each mailbox in use, so that two accounts cannot share a mailbox. The values are keys of mailboxes. */
export class MailboxClaims extends Claims {
  readonly #table: Table

  constructor(table: Table) {
    super(table, { key: 'mailbox', holder: 'accountId' })
    this.#table = table
  }

  /** Claims the account's mailbox, unless another account holds it. */
  async takeFor(account: ClaimingAccount, accounts: Pick<AccountReader, 'read'>, now: Date): Promise<Taken<Account>> {
    const mailbox = mailboxKeyOf(account)
    return await this.take(mailbox, account.accountId, now, async (accountId) => {
      const other = await accounts.read(accountId)
      return other && mailboxKeyOf(other) === mailbox ? other : undefined
    })
  }

  /** @returns when the last check found that every account holds its mailbox (ISO 8601); undefined before that */
  async checkedAt(): Promise<string | undefined> {
    const row = await this.#table.get(checkKey)
    return row && checkSchema.parse(row).checkedAt
  }

  async noteChecked(checkedAt: string): Promise<void> {
    await this.#table.put({ mailbox: checkKey, checkedAt })
  }
}

interface ClaimServices {
  readonly accounts: Pick<AccountStore, 'read' | 'page'>
  readonly claims: MailboxClaims
  readonly now: Clock
}

/** DynamoDB limits a page to 1 MB anyway, which is about 1,000 accounts. */
const accountsPerPage = 1000

/**
 * Claims the mailbox of `account`, which is not yet written, unless another account collects the mailbox.
 * @throws ProblemError `mailbox-taken` with the id of the other account
 */
export const claimMailbox = async (account: ClaimingAccount, services: ClaimServices): Promise<Claim> => {
  const { accounts, claims, now } = services
  const taken = await claims.takeFor(account, accounts, now())
  if ('rival' in taken) throw mailboxTaken(taken.rival)
  if ((await claims.checkedAt()) !== undefined) return taken.claim
  const collector = await otherCollectorOf(account, services)
  if (!collector) return taken.claim
  await claims.release(taken.claim)
  throw mailboxTaken({ owner: collector })
}

/**
 * Until the claims of an earlier version are stored under their new keys, a mailbox without a claim may still be in
 * use.
 */
const otherCollectorOf = async (
  account: ClaimingAccount,
  { accounts }: ClaimServices,
): Promise<Account | undefined> => {
  const mailbox = mailboxKeyOf(account)
  const collects = (other: Account | undefined) =>
    other !== undefined && other.accountId !== account.accountId && mailboxKeyOf(other) === mailbox
  let after: ListPosition | undefined
  do {
    const page = await accounts.page({ limit: accountsPerPage, ...(after && { after }) })
    for (const listed of page.accounts.filter(collects)) {
      // The list is eventually consistent.
      const current = await accounts.read(listed.accountId)
      if (collects(current)) return current
    }
    after = page.next
  } while (after)
  return undefined
}

const mailboxTaken = (rival: Rival<Account>) => new ProblemError('mailbox-taken', detailOf(rival))

const detailOf = (rival: Rival<Account>): string => {
  if (rival === 'another-request') return 'Another request has just claimed this mailbox.'
  if ('savingId' in rival) return `The account ${rival.savingId} is being saved with this mailbox right now.`
  const { owner } = rival
  return `The account ${accountNameOf(owner)} (${owner.accountId}) already collects this mailbox.`
}
