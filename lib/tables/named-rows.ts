import * as z from 'zod'
import { ProblemError } from '../reasons/problem.ts'
import type { Clock } from '../text/clock.ts'
import { comparableName, formerComparableName } from '../text/names.ts'
import { type Claim, Claims, type OwnerOf, rivalOf } from './claims.ts'
import { kindQuery, type ListOptions, type ListPosition, nextOf } from './list-by-kind.ts'
import { attributesOf } from './row-format.ts'
import { type Row, type Table, versionIs } from './table.ts'
import { TableStore } from './table-store.ts'

/** A kind of row with unique names. The claims of the names are in the same table. */
export interface NamedKind<Thing> {
  /** The attribute `kind` of the rows. Their keys begin with it. */
  readonly kind: string
  /** With an article, for the error that a name is taken. */
  readonly called: string
  readonly schema: z.ZodType<Thing>
  readonly idOf: (thing: Thing) => string
  /** The attribute of a claim that contains the id. */
  readonly idName: string
  /** A name that cannot be taken. */
  readonly reserved?: string
}

type Named = Row & { readonly name: string; readonly version: number }

export const namedRowKey = (kind: string, id: string): string => `${kind}#${id}`
/** @param comparable the form in which names are compared */
const claimKey = (kind: string, comparable: string): string => `${kind}-name#${comparable}`
/** The key of a name's claim, and the key that an older version may have used for it. */
export const nameClaimKeys = (kind: string, name: string): string[] => [
  ...new Set([comparableName(name), formerComparableName(name)].map((comparable) => claimKey(kind, comparable))),
]

const namedSchema = z.object({ name: z.string() })

/** Rows with an id, a `version` and a unique `name`. Every write claims or releases the name. */
export class NamedRows<Thing extends Named> extends TableStore {
  readonly #kind: NamedKind<Thing>
  readonly #claims: Claims
  readonly #now: Clock

  constructor(table: Table, kind: NamedKind<Thing>, now: Clock = () => new Date()) {
    super(table)
    this.#kind = kind
    this.#claims = new Claims(table, { key: 'key', holder: kind.idName })
    this.#now = now
  }

  async read(id: string): Promise<Thing | undefined> {
    const row = await this.table.get(this.#keyOf(id))
    return row && this.#kind.schema.parse(row)
  }

  /** @returns the rows in no particular order, without missing and unreadable ones */
  async readMany(ids: readonly string[]): Promise<Thing[]> {
    const rows = await this.table.getMany(ids.map((id) => this.#keyOf(id)))
    return this.table.readable(rows, this.#kind.schema)
  }

  /** @returns the ids that exist, including those of unreadable rows */
  async existing(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.table.getMany(ids.map((id) => this.#keyOf(id)))
    const keys = new Set(rows.map(({ key }) => key))
    return new Set(ids.filter((id) => keys.has(this.#keyOf(id))))
  }

  /** @returns a page of the rows sorted by name. Unreadable ones are left out and reported. */
  async list(options: ListOptions): Promise<{ items: Thing[]; next?: ListPosition }> {
    const page = await this.table.query(kindQuery(this.#kind.kind, options))
    return { items: this.table.readable(page.rows, this.#kind.schema), ...nextOf(page) }
  }

  /** @throws ProblemError `name-taken` */
  async create(thing: Thing): Promise<true> {
    await this.#take(thing)
    const written = await this.table.put(this.rowOf(thing), { text: 'attribute_not_exists(#key)' })
    if (!written) throw new Error('A new row was given an id that already exists')
    return true
  }

  /**
   * @returns false if the stored row does not have the version of `previous`
   * @throws ProblemError `name-taken`
   */
  async replace(thing: Thing, previous: Thing): Promise<boolean> {
    const renamed = comparableName(thing.name) !== comparableName(previous.name)
    const oldClaim = await this.#claimOf(previous)
    // The name of a row that an older version wrote may not have a current claim.
    if (renamed || !oldClaim) await this.#take(thing)
    const known = attributesOf(this.#kind.schema)
    if (!(await this.table.replace(this.rowOf(thing), known, versionIs(previous.version)))) return false
    if (renamed && oldClaim) await this.#claims.release(oldClaim)
    return true
  }

  /** @returns false if the stored row has another version */
  async remove(thing: Thing): Promise<boolean> {
    const claim = await this.#claimOf(thing)
    if (!(await this.table.delete(this.#keyOf(this.#kind.idOf(thing)), versionIs(thing.version)))) return false
    if (claim) await this.#claims.release(claim)
    return true
  }

  protected rowOf(thing: Thing): Row {
    const { kind, idOf } = this.#kind
    return { ...thing, key: this.#keyOf(idOf(thing)), kind, listingKey: comparableName(thing.name) }
  }

  #keyOf(id: string): string {
    return namedRowKey(this.#kind.kind, id)
  }

  /** @throws ProblemError `name-taken` if another row has taken the name or is about to take it */
  async #take(thing: Thing): Promise<void> {
    const { reserved, called } = this.#kind
    const isReserved = reserved !== undefined && comparableName(thing.name) === comparableName(reserved)
    if (isReserved || !(await this.#claim(thing)))
      throw new ProblemError('name-taken', `${called} named ${thing.name} already exists.`)
  }

  async #claim(thing: Thing): Promise<boolean> {
    const { kind, idOf } = this.#kind
    const [id, now, comparable] = [idOf(thing), this.#now(), comparableName(thing.name)]
    const ownerOf: OwnerOf<Row> = async (holder) => {
      const row = await this.table.get(this.#keyOf(holder))
      return row && comparableName(namedSchema.parse(row).name) === comparable ? row : undefined
    }
    // An older version compared some names differently, so their claims have other keys.
    const [, former] = nameClaimKeys(kind, thing.name)
    const formerClaim = former === undefined ? undefined : await this.#claims.read(former)
    if (formerClaim && formerClaim.holder !== id && (await rivalOf(formerClaim, now, ownerOf))) return false
    return 'claim' in (await this.#claims.take(claimKey(kind, comparable), id, now, ownerOf))
  }

  async #claimOf(thing: Thing): Promise<Claim | undefined> {
    const { kind, idOf } = this.#kind
    return await this.#claims.heldBy(idOf(thing), claimKey(kind, comparableName(thing.name)))
  }
}
