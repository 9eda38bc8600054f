import { type OnUnreadable, readableRows } from '../../tables/readable-rows.ts'
import type { Row, Table } from '../../tables/table.ts'
import { profileKey } from '../oauth2-rows.ts'
import { type Profile, type ProfileReader, profileSchema } from './profile.ts'

/** For functions that only read profiles. */
export class DynamoProfileReader implements ProfileReader {
  readonly #table: Table
  readonly #onUnreadable: OnUnreadable | undefined

  constructor(table: Table, { onUnreadable }: { readonly onUnreadable?: OnUnreadable } = {}) {
    this.#table = table
    this.#onUnreadable = onUnreadable
  }

  async read(profileId: string): Promise<Profile | undefined> {
    const row = await this.#table.get(profileKey(profileId))
    return row && profileSchema.parse(row)
  }

  async readMany(profileIds: readonly string[]): Promise<Profile[]> {
    return this.readable(await this.#table.getMany(profileIds.map(profileKey)))
  }

  /** @returns the ids that exist, including those of unreadable rows */
  async existing(profileIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.#table.getMany(profileIds.map(profileKey))
    const keys = new Set(rows.map(({ key }) => key))
    return new Set(profileIds.filter((profileId) => keys.has(profileKey(profileId))))
  }

  protected readable(rows: readonly Row[]): Profile[] {
    return readableRows(rows, profileSchema, 'key', this.#onUnreadable)
  }
}
