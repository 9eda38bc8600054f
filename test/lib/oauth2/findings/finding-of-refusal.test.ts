import { describe, expect, it } from 'vitest'
import { findingOfRefusal } from '../../../../lib/oauth2/findings/finding-of-refusal.ts'
import { oauth2Findings } from '../../../../lib/oauth2/findings/oauth2-findings.ts'
import { recordedRefusals } from './recorded-refusals.ts'

describe('a recorded refusal', () => {
  it.each(recordedRefusals)('$kind: $title', ({ kind, refusal, code, cure, names }) => {
    const finding = findingOfRefusal(refusal, { kind })
    expect(finding).toMatchObject({ code, cure })
    expect(`${finding.words} ${finding.remedy}`).toMatch(names ?? /./)
    const number = /AADSTS(\d+)/.exec(refusal.description ?? '')
    if (number && code !== 'grant-revoked') expect(finding.words).toMatch(/\(AADSTS\d+\)\.$/)
    // What is understood is said in our words; the ids of Microsoft's answer help nobody here.
    expect(finding.words).not.toMatch(/Trace ID|Correlation/)
  })
})

describe('the catalogue', () => {
  it.each(Object.entries(oauth2Findings))('names cause and remedy of %s in sentences', (code, finding) => {
    expect(finding.code).toBe(code)
    for (const text of [finding.words, finding.remedy]) {
      expect(text).toMatch(/^[A-Z].{10,}[.)]$/s)
      expect(text.length).toBeLessThan(400)
    }
  })

  it('is reached by every refusal in sentences, too', () => {
    for (const { kind, refusal } of recordedRefusals) {
      const { words, remedy } = findingOfRefusal(refusal, { kind })
      for (const text of [words, remedy]) {
        expect(text).toMatch(/^[A-Z].{10,}[.)”]+$/s)
        expect(text.length).toBeLessThan(500)
      }
    }
  })
})
