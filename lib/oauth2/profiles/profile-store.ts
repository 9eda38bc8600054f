import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import type { Replaced } from '../../tables/named-rows.ts'
import type { Profile, ProfileReader } from './profile.ts'

/** Profiles by id and name. */
export interface ProfileStore extends ProfileReader {
  /** Sorted by name. */
  list(options: ListOptions): Promise<{ profiles: Profile[]; next?: ListPosition }>
  /** @returns the profiles of one provider, which may lag briefly behind a write */
  ofProvider(providerId: string): Promise<Profile[]>
  /** @returns false if the name is taken */
  create(profile: Profile): Promise<boolean>
  replace(profile: Profile, previous: Profile): Promise<Replaced>
  /** @returns false if the stored profile has another version */
  remove(profile: Profile): Promise<boolean>
}
