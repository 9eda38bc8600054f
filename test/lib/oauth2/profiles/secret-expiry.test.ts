import { describe, expect, test } from 'vitest'
import { secretExpirySchema, secretExpiryWarningOf } from '../../../../lib/oauth2/profiles/secret-expiry.ts'

const profile = { name: 'Desk', secretExpiresOn: '2027-03-01' }
const at = (time: string) => secretExpiryWarningOf(profile, new Date(time))

describe('secretExpiryWarningOf', () => {
  test.each([
    ['2026-12-30T23:59:59.999Z', undefined, undefined],
    ['2026-12-31T00:00:00.000Z', 60, 60],
    ['2027-01-29T23:59:59.999Z', 31, 60],
    ['2027-01-30T00:00:00.000Z', 30, 30],
    ['2027-02-21T23:59:59.999Z', 8, 30],
    ['2027-02-22T00:00:00.000Z', 7, 7],
    ['2027-02-28T23:59:59.999Z', 1, 7],
    ['2027-03-01T00:00:00.000Z', 0, 0],
    ['2030-01-01T00:00:00.000Z', 0, 0],
  ])('secretExpiryWarningOf: at %s, %s days are left and the reminder is %s', (time, days, within) => {
    const warning = at(time)
    expect([warning?.days, warning?.within]).toEqual([days, within])
    if (warning) expect(secretExpirySchema.parse(warning)).toEqual(warning)
  })

  test('secretExpiryWarningOf names the profile, the date and the days left, and then the expiry', () => {
    expect(at('2027-02-20T10:00:00.000Z')).toMatchObject({
      code: 'client-secret-expires',
      detail: 'The client secret of the profile Desk expires on 2027-03-01, in 9 days.',
    })
    expect(at('2027-02-28T10:00:00.000Z')?.detail).toContain('in a day.')
    expect(at('2027-03-02T10:00:00.000Z')).toMatchObject({
      code: 'client-secret-expired',
      detail: 'The client secret of the profile Desk expired on 2027-03-01.',
    })
  })

  test('secretExpiryWarningOf returns undefined if no date is recorded', () => {
    expect(secretExpiryWarningOf({ name: 'Desk' }, new Date('2027-03-02'))).toBeUndefined()
  })
})
