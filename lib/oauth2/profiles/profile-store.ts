import { NamedRows } from '../../tables/named-rows.ts'
import type { Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { type Profile, profileSchema } from './profile.ts'

const profiles = {
  kind: 'profile',
  called: 'An OAuth2 profile',
  schema: profileSchema,
  idOf: ({ profileId }: Profile) => profileId,
  idName: 'profileId',
}

/** Profiles by id and name, in the oauth2 table. */
export class ProfileStore extends NamedRows<Profile> {
  constructor(table: Table, now?: Clock) {
    super(table, profiles, now)
  }

  /**
   * Reads all profiles. A deployment has few, and one page of the index contains five hundred.
   * @returns the profiles of one provider, which may lag briefly behind a write
   */
  async ofProvider(providerId: string): Promise<Profile[]> {
    const found: Profile[] = []
    for await (const rows of this.table.pages({ index: 'by-kind', partition: ['kind', profiles.kind] }))
      found.push(...this.table.readable(rows, profileSchema).filter((profile) => profile.providerId === providerId))
    return found
  }
}
