import { describe, expect, it } from 'vitest'
import { oauth2Finding, oauth2FindingCodes } from '../../../../lib/oauth2/findings/oauth2-findings.ts'
import { findingOfRefusal } from '../../../../lib/oauth2/findings/provider-refusals.ts'
import { recordedRefusals } from './recorded-refusals.ts'

describe('findingOfRefusal', () => {
  it.each(recordedRefusals)(
    'findingOfRefusal explains an error: $kind, $title',
    ({ kind, refusal, code, cure, names }) => {
      const finding = findingOfRefusal(refusal, { kind })
      expect(finding).toMatchObject({ code, cure })
      expect(`${finding.detail} ${finding.remedy}`).toMatch(names ?? /./)
      const number = /AADSTS(\d+)/.exec(refusal.description ?? '')
      if (number && code !== 'grant-revoked') expect(finding.detail).toMatch(/\(AADSTS\d+\)\.$/)
      // Known errors are explained in our own words, without the ids in Microsoft's response.
      expect(finding.detail).not.toMatch(/Trace ID|Correlation/)
    },
  )
})

describe('oauth2Finding', () => {
  it.each(oauth2FindingCodes())('oauth2Finding returns full sentences for %s', (code) => {
    const finding = oauth2Finding(code)
    expect(finding.code).toBe(code)
    for (const text of [finding.detail, finding.remedy]) {
      expect(text).toMatch(/^[A-Z].{10,}[.)]$/s)
      expect(text.length).toBeLessThan(400)
    }
  })

  it('findingOfRefusal returns full sentences for every recorded error', () => {
    for (const { kind, refusal } of recordedRefusals) {
      const { detail, remedy } = findingOfRefusal(refusal, { kind })
      for (const text of [detail, remedy]) {
        expect(text).toMatch(/^[A-Z].{10,}[.)”]+$/s)
        expect(text.length).toBeLessThan(500)
      }
    }
  })
})
