import * as z from 'zod'
import type { Table } from '../tables/table.ts'
import type { ClaimHolder, MailboxClaim, MailboxClaims } from './account-store.ts'

const holderSchema = z.object({ accountId: z.string(), claimedAt: z.string() })

/** A claim that vanishes between our refused write and our reading is simply tried again. */
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

  async release({ mailbox, accountId, version }: Parameters<MailboxClaims['release']>[0]): Promise<void> {
    await this.#table.delete(mailbox, {
      text: '#accountId = :accountId AND #version <= :version',
      values: { accountId, version },
    })
  }
}
