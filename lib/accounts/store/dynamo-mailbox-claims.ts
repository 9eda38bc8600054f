import * as z from 'zod'
import type { Table } from '../../tables/table.ts'
import type { ClaimHolder, MailboxClaim, MailboxClaims } from './account-store.ts'

const holderSchema = z.object({ accountId: z.string(), claimedAt: z.string() })
const claimSchema = holderSchema.extend({ mailbox: z.string() })

/** Mailbox keys are JSON arrays, so this key never equals one of them. */
const checkKey = '#checked'
const checkSchema = z.object({ checkedAt: z.iso.datetime() })

/** If a claim disappears between the refused write and the read, the write is repeated. */
const claimAttempts = 3

export class DynamoMailboxClaims implements MailboxClaims {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async claim(claim: MailboxClaim): Promise<ClaimHolder | undefined> {
    const freeOrOurs = {
      text: 'attribute_not_exists(#mailbox) OR #accountId = :accountId',
      values: { accountId: claim.accountId },
    }
    for (let attempt = 0; attempt < claimAttempts; attempt += 1) {
      if (await this.#table.put({ ...claim }, freeOrOurs)) return undefined
      const row = await this.#table.get(claim.mailbox)
      if (row) return holderSchema.parse(row)
    }
    throw new Error('The mailbox claim changes faster than it can be read')
  }

  async takeOver(claim: MailboxClaim, holder: ClaimHolder): Promise<boolean> {
    return await this.#table.put(
      { ...claim },
      {
        text: '#accountId = :holder AND #claimedAt = :since',
        values: { holder: holder.accountId, since: holder.claimedAt },
      },
    )
  }

  async holdersOf(mailboxes: readonly string[]): Promise<Map<string, ClaimHolder>> {
    const claims = (await this.#table.getMany(mailboxes)).map((row) => claimSchema.parse(row))
    return new Map(claims.map(({ mailbox, ...holder }) => [mailbox, holder]))
  }

  async checkedAt(): Promise<string | undefined> {
    const row = await this.#table.get(checkKey)
    return row && checkSchema.parse(row).checkedAt
  }

  async noteChecked(checkedAt: string): Promise<void> {
    await this.#table.put({ mailbox: checkKey, checkedAt })
  }

  async release({ mailbox, accountId, version }: Parameters<MailboxClaims['release']>[0]): Promise<void> {
    await this.#table.delete(mailbox, {
      text: '#accountId = :accountId AND #version <= :version',
      values: { accountId, version },
    })
  }
}
