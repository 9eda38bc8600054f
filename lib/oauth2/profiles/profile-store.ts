import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../../tables/list-by-kind.ts'
import { NamedRows, type Replaced } from '../../tables/named-rows.ts'
import { attributesOf } from '../../tables/row-format.ts'
import type { Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { comparableName } from '../../text/names.ts'
import { type Profile, type ProfileReader, profileSchema } from './profile.ts'

const kind = 'profile'
export const profileKey = (profileId: string): string => `profile#${profileId}`
/** @param name the name in its normalised form, in which names are compared */
const profileNameKey = (name: string): string => `profile-name#${name}`
const named = {
  ...{ claimKey: profileNameKey, idName: 'profileId', rowKey: profileKey },
  attributes: attributesOf(profileSchema),
}

/** Profiles by id and name, in the oauth2 table. */
export class ProfileStore implements ProfileReader {
  readonly #table: Table
  readonly #named: NamedRows

  constructor(table: Table, { now = () => new Date() }: { readonly now?: Clock } = {}) {
    this.#table = table
    this.#named = new NamedRows(table, named, now)
  }

  async read(profileId: string): Promise<Profile | undefined> {
    const row = await this.#table.get(profileKey(profileId))
    return row && profileSchema.parse(row)
  }

  async readMany(profileIds: readonly string[]): Promise<Profile[]> {
    return this.#table.readable(await this.#table.getMany(profileIds.map(profileKey)), profileSchema)
  }

  /** @returns the ids that exist, including those of unreadable rows */
  async existing(profileIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.#table.getMany(profileIds.map(profileKey))
    const keys = new Set(rows.map(({ key }) => key))
    return new Set(profileIds.filter((profileId) => keys.has(profileKey(profileId))))
  }

  /** Lists the profiles sorted by name. */
  async list(options: ListOptions): Promise<{ profiles: Profile[]; next?: ListPosition }> {
    const page = await this.#table.query(kindQuery(kind, options))
    return { profiles: this.#table.readable(page.rows, profileSchema), ...nextOf(page) }
  }

  /**
   * Reads all profiles. A deployment has few, and one page of the index contains five hundred.
   * @returns the profiles of one provider, which may lag briefly behind a write
   */
  async ofProvider(providerId: string): Promise<Profile[]> {
    const found: Profile[] = []
    for await (const rows of this.#table.pages({ index: 'by-kind', partition: ['kind', kind] }))
      found.push(...this.#table.readable(rows, profileSchema).filter((profile) => profile.providerId === providerId))
    return found
  }

  /** @returns false if the name is taken */
  async create(profile: Profile): Promise<boolean> {
    return await this.#named.create(namedRowOf(profile))
  }

  async replace(profile: Profile, previous: Profile): Promise<Replaced> {
    return await this.#named.replace(namedRowOf(profile), previous)
  }

  /** @returns false if the stored profile has another version */
  async remove({ profileId, name, version }: Profile): Promise<boolean> {
    return await this.#named.remove({ id: profileId, name, version })
  }
}

const namedRowOf = (profile: Profile) => ({
  id: profile.profileId,
  name: profile.name,
  row: { ...profile, key: profileKey(profile.profileId), kind, listingKey: comparableName(profile.name) },
})
