import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Row, Table } from './table.ts'

/**
 * The time for which a claim is valid even if its holder's row does not have the claimed value, in milliseconds. API
 * Gateway ends a request after 30 s, so a request that claimed a value has written the row by then or never will.
 * The extra time allows for differences between clocks.
 */
const claimGrace = 60_000
/** Each lost round means that another request took or released the claim in the meantime. */
const rounds = 3

/** The attributes of the claim rows. */
interface ClaimAttributes {
  /** The table's partition key. It contains the claimed value. */
  readonly key: string
  /** The ID of the row that has the claimed value or is about to receive it. */
  readonly holder: string
}

/** A claim. `token` changes each time it is taken, so that a write intended for an older claim fails. */
export interface Claim {
  readonly key: string
  readonly holder: string
  /** Absent in the claims of mailboxes that an earlier version wrote. */
  readonly token?: string | undefined
  /** ISO 8601. */
  readonly claimedAt: string
}

/** What has the value instead: a row, a row that is being saved under this id, or a concurrent request. */
export type Rival<Owner> = { readonly owner: Owner } | { readonly savingId: string } | 'another-request'

export type Taken<Owner> = { readonly claim: Claim } | { readonly rival: Rival<Owner> }

/** @returns the holder's row if it has the claimed value */
export type OwnerOf<Owner> = (holder: string) => Promise<Owner | undefined>

/**
 * Makes a value unique among the rows of a table, without transactions. A claim row is written before the row that has
 * the value. A caller that fails afterwards leaves the claim in place, because another change of the same row may
 * depend on it. Without its row, the claim expires automatically.
 */
export class Claims {
  readonly #table: Table
  readonly #attributes: ClaimAttributes

  constructor(table: Table, attributes: ClaimAttributes) {
    this.#table = table
    this.#attributes = attributes
  }

  /** Claims a value, or renews the holder's claim. Takes over a claim that is left over from an interrupted change. */
  async take<Owner>(key: string, holder: string, now: Date, ownerOf: OwnerOf<Owner>): Promise<Taken<Owner>> {
    const claim = { key, holder, token: randomUUID(), claimedAt: now.toISOString() }
    const { key: keyName, holder: holderName } = this.#attributes
    const row: Row = { [keyName]: key, [holderName]: holder, token: claim.token, claimedAt: claim.claimedAt }
    const freeOrOwn = {
      text: `attribute_not_exists(#${keyName}) OR #${holderName} = :holder`,
      values: { holder },
    }
    for (let round = 0; round < rounds; round += 1) {
      if (await this.#table.put(row, freeOrOwn)) return { claim }
      const standing = await this.read(key)
      if (!standing) continue
      const rival = await rivalOf(standing, now, ownerOf)
      if (rival) return { rival }
      if (await this.#table.put(row, this.#unchanged(standing))) return { claim }
    }
    return { rival: 'another-request' }
  }

  async read(key: string): Promise<Claim | undefined> {
    const row = await this.#table.get(key)
    return row && this.#claimOf(row)
  }

  /** @returns the holder's claim of a value; undefined if the value is free or another's */
  async heldBy(holder: string, key: string): Promise<Claim | undefined> {
    const claim = await this.read(key)
    return claim?.holder === holder ? claim : undefined
  }

  /** Reads several claims. Values without a claim are left out. */
  async readMany(keys: readonly string[]): Promise<Claim[]> {
    return (await this.#table.getMany(keys)).map((row) => this.#claimOf(row))
  }

  /**
   * Releases a claim that was read before its row changed, because a claim taken after that belongs to another change.
   * Does nothing if the claim has been taken again since it was read.
   */
  async release(claim: Claim): Promise<void> {
    await this.#table.delete(claim.key, this.#unchanged(claim))
  }

  #unchanged({ holder, token, claimedAt }: Claim) {
    if (token !== undefined) return { text: '#token = :token', values: { token } }
    const text = `attribute_not_exists(#token) AND #${this.#attributes.holder} = :holder AND #claimedAt = :claimedAt`
    return { text, values: { holder, claimedAt } }
  }

  #claimOf({ [this.#attributes.key]: key, [this.#attributes.holder]: holder, token, claimedAt }: Row): Claim {
    return claimSchema.parse({ key, holder, token, claimedAt })
  }
}

const claimSchema = z.object({
  key: z.string(),
  holder: z.string(),
  token: z.string().optional(),
  claimedAt: z.string(),
})

/** @returns what has the value of this claim; undefined if the claim is left over from an interrupted change */
export const rivalOf = async <Owner>(
  { holder, claimedAt }: Claim,
  now: Date,
  ownerOf: OwnerOf<Owner>,
): Promise<Rival<Owner> | undefined> => {
  const owner = await ownerOf(holder)
  if (owner !== undefined) return { owner }
  return now.getTime() - Date.parse(claimedAt) < claimGrace ? { savingId: holder } : undefined
}
