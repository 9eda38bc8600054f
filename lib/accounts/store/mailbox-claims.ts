import * as z from 'zod'
import { type Claim, Claims, type Rival } from '../../tables/claims.ts'
import type { Table } from '../../tables/table.ts'
import type { Account, AccountId } from '../account.ts'
import { type MailboxFields, mailboxKeyOf } from '../mailbox-key.ts'
import type { AccountReader } from './account-store.ts'

export type ClaimingAccount = MailboxFields & Pick<Account, 'accountId'>

/** Mailbox keys are JSON arrays, so this key never equals one of them. */
const checkKey = '#checked'
const checkSchema = z.object({ checkedAt: z.iso.datetime() })

/** One row for each mailbox in use, so that two accounts cannot share a mailbox. */
export class MailboxClaims {
  readonly #table: Table
  readonly #claims: Claims

  constructor(table: Table) {
    this.#table = table
    this.#claims = new Claims(table, { key: 'mailbox', holder: 'accountId' })
  }

  /** Claims the account's mailbox, unless another account holds it. */
  async take(
    account: ClaimingAccount,
    accounts: Pick<AccountReader, 'read'>,
    now: Date,
  ): Promise<{ readonly claim: Claim } | { readonly rival: Rival<Account> }> {
    const mailbox = mailboxKeyOf(account)
    return await this.#claims.take(mailbox, account.accountId, now, async (accountId) => {
      const other = await accounts.read(accountId)
      return other && mailboxKeyOf(other) === mailbox ? other : undefined
    })
  }

  /** @returns the account's claim of a mailbox (see mailboxKeyOf); undefined if it is free or another account's */
  async heldBy(accountId: AccountId, mailbox: string): Promise<Claim | undefined> {
    const claim = await this.#claims.read(mailbox)
    return claim?.holder === accountId ? claim : undefined
  }

  /** Does nothing if the claim has been taken again since it was read. */
  async release(claim: Claim): Promise<void> {
    await this.#claims.release(claim)
  }

  /** @returns the accounts that hold these mailboxes, without the free ones */
  async holdersOf(mailboxes: readonly string[]): Promise<Map<string, AccountId>> {
    return new Map((await this.#claims.readMany(mailboxes)).map(({ key, holder }) => [key, holder]))
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
