import { expect, test } from 'vitest'
import { oauth2Finding, oauth2FindingCodes } from '../../../../../lib/oauth2/findings/oauth2-findings.ts'
import { addressedTo } from '../../../../../lib/oauth2/oauth2-error.ts'
import { secretExpiryWarningOf } from '../../../../../lib/oauth2/profiles/secret-expiry.ts'
import { onPage } from '../../../../../web/shared/words/reasons.ts'

test('no reason about OAuth2 names a command on the page', () => {
  const remedies = oauth2FindingCodes().map(
    (code) => onPage(addressedTo('a1', { ...oauth2Finding(code), code })).remedy,
  )
  expect(remedies.length).toBeGreaterThan(20)
  expect(remedies.filter((remedy) => remedy.includes('postmaster '))).toEqual([])
})

test.each(['2026-03-01', '2026-03-20'])(
  'a client secret that ends on %s is replaced on the page',
  (secretExpiresOn) => {
    const warning = secretExpiryWarningOf({ name: 'Desk', secretExpiresOn }, new Date('2026-03-02T12:00:00Z'))
    expect(warning && onPage(warning).remedy).toMatch(/choose “Replace secret” under OAuth2/)
  },
)

test('a remedy loses only its command, so what the provider reported stays', () => {
  const remedy = 'Connect the account again (`postmaster oauth2 connect a1`), and complete the second factor.'
  expect(onPage({ code: 'interaction-needed', detail: 'It is required.', remedy }).remedy).toBe(
    'Connect the account again, and complete the second factor.',
  )
})

test('times appear in the zone of the reader, and everything else stays', () => {
  const { detail, remedy, code } = onPage({
    code: 'destination-failing',
    detail: 'The destination has been failing since 2026-03-02T08:10:00.000Z.',
    remedy: 'Check the receiver.',
  })
  expect(detail).not.toContain('2026-03-02T08:10')
  expect(detail).toMatch(/^The destination has been failing since .*2026.*\.$/)
  expect([code, remedy]).toEqual(['destination-failing', 'Check the receiver.'])
})
