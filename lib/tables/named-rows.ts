import * as z from 'zod'
import type { Clock } from '../text/clock.ts'
import { comparableName, formerComparableName } from '../text/names.ts'
import { type Claim, Claims, type OwnerOf, rivalOf } from './claims.ts'
import { type Row, type Table, versionIs } from './table.ts'

/** A kind of row with unique names. The claims of the names are in the same table. */
export interface NamedKind {
  /** @returns the key of the claim for the comparable form of a name */
  readonly claimKey: (comparable: string) => string
  /** The attribute of the claim that contains the id. */
  readonly idName: string
  /** @returns the key of the row that has the name */
  readonly rowKey: (id: string) => string
  /** The attributes that the rows can have (`attributesOf`). */
  readonly attributes: readonly string[]
  /** A name that cannot be taken. */
  readonly reserved?: string
}

/** A row to be written, with the data for its claim. */
export interface NamedRow {
  readonly id: string
  readonly name: string
  readonly row: Row
}

export type Replaced = 'replaced' | 'name-taken' | 'changed-meanwhile'

const namedSchema = z.object({ name: z.string() })

/** Rows with a `version` and a unique `name`. Every write claims or releases the name. */
export class NamedRows {
  readonly #table: Table
  readonly #kind: NamedKind
  readonly #claims: Claims
  readonly #now: Clock

  constructor(table: Table, kind: NamedKind, now: Clock) {
    this.#table = table
    this.#kind = kind
    this.#claims = new Claims(table, { key: 'key', holder: kind.idName })
    this.#now = now
  }

  /** @returns false if the name is taken */
  async create({ id, name, row }: NamedRow): Promise<boolean> {
    if (!(await this.#take(name, id))) return false
    const written = await this.#table.put(row, { text: 'attribute_not_exists(#key)' })
    if (!written) throw new Error('A new row was given an id that already exists')
    return true
  }

  async replace({ id, name, row }: NamedRow, previous: { name: string; version: number }): Promise<Replaced> {
    const renamed = comparableName(name) !== comparableName(previous.name)
    const oldClaim = await this.#claimOf(previous.name, id)
    // The name of a row that an older version wrote may not have a current claim.
    if ((renamed || !oldClaim) && !(await this.#take(name, id))) return 'name-taken'
    const written = await this.#table.replace(row, this.#kind.attributes, versionIs(previous.version))
    if (!written) return 'changed-meanwhile'
    if (renamed && oldClaim) await this.#claims.release(oldClaim)
    return 'replaced'
  }

  /** @returns false if the version has changed */
  async remove({ id, name, version }: { id: string; name: string; version: number }): Promise<boolean> {
    const claim = await this.#claimOf(name, id)
    if (!(await this.#table.delete(this.#kind.rowKey(id), versionIs(version)))) return false
    if (claim) await this.#claims.release(claim)
    return true
  }

  /** @returns false if another row has taken the name or is about to take it */
  async #take(name: string, id: string): Promise<boolean> {
    const { claimKey, reserved, rowKey } = this.#kind
    const comparable = comparableName(name)
    if (reserved !== undefined && comparable === comparableName(reserved)) return false
    const now = this.#now()
    const ownerOf: OwnerOf<Row> = async (holder) => {
      const row = await this.#table.get(rowKey(holder))
      return row && comparableName(namedSchema.parse(row).name) === comparable ? row : undefined
    }
    // An older version compared some names differently, so their claims have other keys.
    const former = claimKey(formerComparableName(name))
    const formerClaim = former === claimKey(comparable) ? undefined : await this.#claims.read(former)
    if (formerClaim && formerClaim.holder !== id && (await rivalOf(formerClaim, now, ownerOf))) return false
    return 'claim' in (await this.#claims.take(claimKey(comparable), id, now, ownerOf))
  }

  async #claimOf(name: string, id: string): Promise<Claim | undefined> {
    return await this.#claims.heldBy(id, this.#kind.claimKey(comparableName(name)))
  }
}
