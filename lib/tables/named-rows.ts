import { comparableName } from '../text/comparable-name.ts'
import { NameClaims, type NamedKind } from './name-claims.ts'
import type { Row, Table } from './table.ts'
import { versionIs } from './version-condition.ts'

/** A row to be written, with the data for its claim. */
export interface NamedRow {
  readonly id: string
  readonly name: string
  readonly row: Row
}

export type Replaced = 'replaced' | 'name-taken' | 'changed-meanwhile'

/** Rows with a `version` and a unique `name`. Every write claims or releases the name. */
export class NamedRows {
  readonly #table: Table
  readonly #kind: NamedKind
  readonly #claims: NameClaims

  constructor(table: Table, kind: NamedKind, now: () => Date) {
    this.#table = table
    this.#kind = kind
    this.#claims = new NameClaims(table, kind, now)
  }

  /** @returns false if the name is taken */
  async create({ id, name, row }: NamedRow): Promise<boolean> {
    if (!(await this.#claims.take(name, id))) return false
    const written = await this.#table.put(row, { text: 'attribute_not_exists(#key)' })
    if (!written) throw new Error('A new row was given an id that already exists')
    return true
  }

  async replace({ id, name, row }: NamedRow, previous: { name: string; version: number }): Promise<Replaced> {
    const renamed = comparableName(name) !== comparableName(previous.name)
    // The claim is read before the row changes, because a claim taken after the change belongs to another row.
    const oldClaim = await this.#claims.read(previous.name)
    // The name of a row that an older version wrote may not have a current claim.
    const unclaimed = renamed || oldClaim?.holder !== id
    if (unclaimed && !(await this.#claims.take(name, id))) return 'name-taken'
    const written = await this.#table.put(row, versionIs(previous.version))
    if (!written) return 'changed-meanwhile'
    if (renamed && oldClaim?.holder === id) await this.#claims.release(oldClaim)
    return 'replaced'
  }

  /** @returns false if the version has changed */
  async remove({ id, name, version }: { id: string; name: string; version: number }): Promise<boolean> {
    const claim = await this.#claims.read(name)
    if (!(await this.#table.delete(this.#kind.rowKey(id), versionIs(version)))) return false
    if (claim?.holder === id) await this.#claims.release(claim)
    return true
  }
}
