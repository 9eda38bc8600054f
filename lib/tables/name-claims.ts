import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { comparableName, formerComparableName } from '../text/comparable-name.ts'
import type { Row, Table } from './table.ts'

/**
 * The time for which a claim is valid without its row, in milliseconds. API Gateway ends a request after 30 s, so a
 * request that claimed the name has written the row by then or never will.
 */
const claimPatience = 60_000
/** Each lost round means that another request took or released the name in the meantime. */
const rounds = 3

/** A kind of row with unique names. The claim rows are in the same table. */
export interface NamedKind {
  /** @returns the key of the claim row for the comparable form of a name */
  readonly claimKey: (comparable: string) => string
  /** The attribute of the claim row that contains the id. */
  readonly idName: string
  /** @returns the key of the row that has the name */
  readonly rowKey: (id: string) => string
  /** A name that cannot be taken. */
  readonly reserved?: string
}

/**
 * The claim on a name. `token` changes each time the name is taken, so that a write intended for an older claim fails.
 */
interface NameClaim {
  readonly key: string
  readonly holder: string
  readonly token: string
  readonly claimedAt: string
}

const claimSchema = z.looseObject({ key: z.string(), token: z.string(), claimedAt: z.string() })
const namedSchema = z.object({ name: z.string() })

/** Makes names unique without transactions. A claim row is written before the row that has the name. */
export class NameClaims {
  readonly #table: Table
  readonly #kind: NamedKind
  readonly #now: () => Date

  constructor(table: Table, kind: NamedKind, now: () => Date) {
    this.#table = table
    this.#kind = kind
    this.#now = now
  }

  /**
   * Claims a name. A caller that fails afterwards leaves the claim in place. Releasing it could affect a later holder,
   * and without its row it expires automatically.
   * @returns false if another row has the name or is about to take it
   */
  async take(name: string, id: string): Promise<boolean> {
    const { reserved, idName } = this.#kind
    if (reserved !== undefined && comparableName(name) === comparableName(reserved)) return false
    const now = this.#now()
    const former = await this.#formerClaim(name)
    if (former && former.holder !== id && (await this.#stands(former, name, now))) return false
    const claim: Row = {
      key: this.#keyOf(name),
      [idName]: id,
      token: randomUUID(),
      claimedAt: now.toISOString(),
    }
    for (let round = 0; round < rounds; round += 1) {
      if (await this.#table.put(claim, { text: 'attribute_not_exists(#key)' })) return true
      const standing = await this.read(name)
      if (!standing) continue
      if (standing.holder !== id && (await this.#stands(standing, name, now))) return false
      const unchanged = { text: '#token = :token', values: { token: standing.token } }
      if (await this.#table.put(claim, unchanged)) return true
    }
    return false
  }

  async read(name: string): Promise<NameClaim | undefined> {
    return await this.#claimAt(this.#keyOf(name))
  }

  /** @returns the claim written by an older version, if that version compared this name differently */
  async #formerClaim(name: string): Promise<NameClaim | undefined> {
    const key = this.#kind.claimKey(formerComparableName(name))
    return key === this.#keyOf(name) ? undefined : await this.#claimAt(key)
  }

  async #claimAt(claimKey: string): Promise<NameClaim | undefined> {
    const row = await this.#table.get(claimKey)
    if (!row) return undefined
    const { key, token, claimedAt, [this.#kind.idName]: holder } = claimSchema.parse(row)
    return { key, token, claimedAt, holder: z.string().parse(holder) }
  }

  /** Releases the claim. Does nothing if the claim has been taken again since it was read. */
  async release(claim: NameClaim): Promise<void> {
    await this.#table.delete(claim.key, { text: '#token = :token', values: { token: claim.token } })
  }

  async #stands(claim: NameClaim, name: string, now: Date): Promise<boolean> {
    if (now.getTime() - Date.parse(claim.claimedAt) < claimPatience) return true
    const row = await this.#table.get(this.#kind.rowKey(claim.holder))
    return row !== undefined && comparableName(namedSchema.parse(row).name) === comparableName(name)
  }

  #keyOf(name: string): string {
    return this.#kind.claimKey(comparableName(name))
  }
}
