import type { ProfileStore } from '../oauth2/profiles/profile-store.ts'
import { secretExpiryWarningOf } from '../oauth2/profiles/secret-expiry.ts'
import type { Clock } from '../text/clock.ts'
import { soon } from './ending-consents.ts'
import { type EndingSecret, type Overview, shownItems } from './overview.ts'

/** A deployment has few profiles. A page of the index contains five hundred. */
const profilesRead = 500

export interface EndingSecretsServices {
  readonly profiles: Pick<ProfileStore, 'list'>
  readonly now: Clock
}

/** @returns the most urgent of the client secrets that expired or expire soon */
export const endingSecrets = async (services: EndingSecretsServices): Promise<Overview['clientSecrets']> => {
  const items = await allEndingSecrets(services)
  return { total: items.length, items: items.slice(0, shownItems) }
}

/** Finds the client secrets that expired or expire soon, by the dates that admins entered. */
export const allEndingSecrets = async ({ profiles, now }: EndingSecretsServices): Promise<EndingSecret[]> => {
  const at = now()
  const { items: found } = await profiles.list({ limit: profilesRead })
  return found
    .flatMap((profile): EndingSecret[] => {
      const { profileId, name, secretExpiresOn } = profile
      const warning = secretExpiryWarningOf(profile, at)
      if (!warning || secretExpiresOn === undefined || Date.parse(secretExpiresOn) - at.getTime() > soon) return []
      const { code, detail, remedy } = warning
      const state = code === 'client-secret-expired' ? 'ended' : 'ends'
      return [{ profileId, name, state, expiresOn: secretExpiresOn, code, detail, remedy }]
    })
    .toSorted((one, other) => one.expiresOn.localeCompare(other.expiresOn))
}
