import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../../tables/list-by-kind.ts'
import { NamedRows, type Replaced } from '../../tables/named-rows.ts'
import type { OnUnreadable } from '../../tables/readable-rows.ts'
import type { Table } from '../../tables/table.ts'
import { comparableName } from '../../text/comparable-name.ts'
import { profileKey, profileNameKey } from '../oauth2-rows.ts'
import { DynamoProfileReader } from './dynamo-profile-reader.ts'
import type { Profile } from './profile.ts'
import type { ProfileStore } from './profile-store.ts'

const kind = 'profile'
const named = { claimKey: profileNameKey, idName: 'profileId', rowKey: profileKey }

export class DynamoProfileStore extends DynamoProfileReader implements ProfileStore {
  readonly #table: Table
  readonly #named: NamedRows

  constructor(
    table: Table,
    { onUnreadable, now = () => new Date() }: { readonly onUnreadable?: OnUnreadable; readonly now?: () => Date } = {},
  ) {
    super(table, onUnreadable && { onUnreadable })
    this.#table = table
    this.#named = new NamedRows(table, named, now)
  }

  async list(options: ListOptions): Promise<{ profiles: Profile[]; next?: ListPosition }> {
    const page = await this.#table.query(kindQuery(kind, options))
    return { profiles: this.readable(page.rows), ...nextOf(page) }
  }

  /** Reads all profiles. A deployment has few, and one page of the index contains five hundred. */
  async ofProvider(providerId: string): Promise<Profile[]> {
    const found: Profile[] = []
    for await (const rows of this.#table.pages({ index: 'by-kind', partition: ['kind', kind] }))
      found.push(...this.readable(rows).filter((profile) => profile.providerId === providerId))
    return found
  }

  async create(profile: Profile): Promise<boolean> {
    return await this.#named.create(namedRowOf(profile))
  }

  async replace(profile: Profile, previous: Profile): Promise<Replaced> {
    return await this.#named.replace(namedRowOf(profile), previous)
  }

  async remove({ profileId, name, version }: Profile): Promise<boolean> {
    return await this.#named.remove({ id: profileId, name, version })
  }
}

const namedRowOf = (profile: Profile) => ({
  id: profile.profileId,
  name: profile.name,
  row: { ...profile, key: profileKey(profile.profileId), kind, listingKey: comparableName(profile.name) },
})
