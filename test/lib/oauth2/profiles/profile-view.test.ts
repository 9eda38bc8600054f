import { describe, expect, it } from 'vitest'
import type { Profile } from '../../../../lib/oauth2/profiles/profile.ts'
import { profileViewOf, profileViewSchema } from '../../../../lib/oauth2/profiles/profile-view.ts'

const client = { providerId: 'google', clientId: 'desk', grant: 'authorization_code' as const }
const profile: Profile = {
  ...client,
  profileId: 'desk',
  name: 'Desk',
  grantEpoch: 2,
  formerClients: [{ ...client, clientId: 'former-client', grantEpoch: 1 }],
  secretVersion: 'version-of-the-secret',
  comment: '',
  version: 3,
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: 'anna',
  changedAt: '2026-03-01T09:00:00.000Z',
  changedBy: 'anna',
}
const services = {
  providers: { readMany: async () => [] },
  accountsOfProfile: { countOf: async () => ({ count: 0, accountIds: [] }) },
  redirectUri: 'https://postmaster.example.com/oauth2/callback',
  now: () => new Date('2026-03-01T10:00:00.000Z'),
}

describe('profileViewOf', () => {
  it('profileViewOf shows only the public columns of a row', async () => {
    const { view, version } = await profileViewOf(services, { ...profile, ...{ signingKey: 'private' } })
    expect(version).toBe(3)
    expect(Object.keys(profileViewSchema.shape)).toEqual(expect.arrayContaining(Object.keys(view)))
    expect(JSON.stringify(view)).not.toMatch(/signingKey|private|former-client|version|grantEpoch/)
    expect(view).toMatchObject({ profileId: 'desk', clientId: 'desk', hasClientSecret: true })
  })
})
