import { describe, expect, it } from 'vitest'
import { longestRequest } from '../../../../lib/oauth2/authorization/simple-oauth2-servers.ts'
import { examinationLimits, probeLimitsWithin } from '../../../../lib/oauth2/doctor/examination-limits.ts'

const { endpoints, tokens, total, leastForMailServer } = examinationLimits

describe('the time of an examination', () => {
  it('is enough for a provider as slow as may be, and within the gateway’s 29 s', () => {
    expect(endpoints + tokens + longestRequest).toBeLessThan(total)
    expect(total).toBeLessThan(29_000)
  })

  it.each([leastForMailServer, 8_000, 15_000, total])('leaves the mail server no more than is left: %d ms', (left) => {
    const { session, silence, diagnosis, connect, details } = probeLimitsWithin(left)
    expect(session + Math.max(silence, diagnosis)).toBeLessThanOrEqual(left)
    expect(connect).toBeLessThan(session)
    expect(details).toBeLessThan(session)
    // Dovecot makes a rejected login wait for 2 s.
    if (left > leastForMailServer) expect(silence).toBeGreaterThan(2_000)
  })
})
