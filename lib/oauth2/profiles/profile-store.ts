import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import type { Replaced } from '../../tables/named-rows.ts'
import type { Profile, ProfileReader } from './profile.ts'

/** Profiles by id and name. */
export interface ProfileStore extends ProfileReader {
  /** By name. */
  list(options: ListOptions): Promise<{ profiles: Profile[]; next?: ListPosition }>
  /** Those of one provider; may lag behind a write for a moment. */
  ofProvider(providerId: string): Promise<Profile[]>
  /** False when the name is taken. */
  create(profile: Profile): Promise<boolean>
  replace(profile: Profile, previous: Profile): Promise<Replaced>
  /** False when it has another version by now. */
  remove(profile: Profile): Promise<boolean>
}
