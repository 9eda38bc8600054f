import { describe, expect, it } from 'vitest'
import { longestRequest } from '../../../../lib/oauth2/authorization/authorization-servers.ts'
import { examinationLimits, probeLimitsWithin } from '../../../../lib/oauth2/doctor/examination-limits.ts'

const { endpoints, tokens, total, leastForMailServer } = examinationLimits

describe('the time limits of an examination', () => {
  it('an examination has enough time for the slowest provider, and ends within the gateway’s 29 s', () => {
    expect(endpoints + tokens + longestRequest).toBeLessThan(total)
    expect(total).toBeLessThan(29_000)
  })

  it.each([leastForMailServer, 8_000, 15_000, total])(
    'the mail server test does not exceed the remaining time: %d ms',
    (left) => {
      const { session, silence, diagnosis, connect, details } = probeLimitsWithin(left)
      expect(session + Math.max(silence, diagnosis)).toBeLessThanOrEqual(left)
      expect(connect).toBeLessThan(session)
      expect(details).toBeLessThan(session)
      // Dovecot delays its response to a rejected login by 2 s.
      if (left > leastForMailServer) expect(silence).toBeGreaterThan(2_000)
    },
  )
})
