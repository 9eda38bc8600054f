import { describe, expect, it } from 'vitest'
import { consentedFor, sameConsent } from '../../../lib/oauth2/consented-for.ts'

const profile = { profileId: 'p', grantEpoch: 2 }
const desk = { type: 'IMAPS', username: 'desk@example.com', host: 'imap.example.com' } as const
const given = consentedFor(desk, profile)

describe('sameConsent', () => {
  it('a consent stays the same for another type of the same protocol', () => {
    expect(sameConsent(given, consentedFor({ ...desk, type: 'IMAPTLS' }, profile))).toBe(true)
  })

  it('a consent stays the same if only the case of the user name changes', () => {
    expect(sameConsent(given, consentedFor({ ...desk, username: 'Desk@Example.com' }, profile))).toBe(true)
    expect(sameConsent(consentedFor({ ...desk, username: 'DESK@example.com' }, profile), given)).toBe(true)
  })

  it.each([
    ['another protocol', consentedFor({ ...desk, type: 'POP3S' }, profile)],
    ['another user name', consentedFor({ ...desk, username: 'help@example.com' }, profile)],
    ['another host', consentedFor({ ...desk, host: 'mail.example.com' }, profile)],
    ['another profile', consentedFor(desk, { ...profile, profileId: 'q' })],
    ['another epoch of the profile', consentedFor(desk, { ...profile, grantEpoch: 3 })],
  ])('a consent is not the same for %s', (_, wanted) => {
    expect(sameConsent(given, wanted)).toBe(false)
  })

  it('an app-only grant, which has no account’s settings, is not an account’s consent', () => {
    expect(sameConsent(profile, given)).toBe(false)
  })
})
