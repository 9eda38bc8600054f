import { describe, expect, it } from 'vitest'
import { oauth2States } from '../../lib/accounts/account-oauth2.ts'
import { attemptFailures, consentRefusals } from '../../lib/oauth2/consent/consent-errors.ts'
import { examinedSteps } from '../../lib/oauth2/doctor/examination.ts'
import { exchangeCommands } from '../../lib/oauth2/findings/exchange-commands.ts'
import { microsoftRefusals } from '../../lib/oauth2/findings/microsoft-refusals.ts'
import { oauth2FindingCodes } from '../../lib/oauth2/findings/oauth2-findings.ts'
import { findingOfRefusal } from '../../lib/oauth2/findings/provider-refusals.ts'
import { shippedSettings } from '../../lib/oauth2/providers/built-in-providers.ts'

import { documentAt } from './documents.ts'

const troubleshooting = documentAt('docs/oauth2/troubleshooting.md')
const overview = documentAt('docs/oauth2/README.md')
const microsoft = documentAt('docs/oauth2/microsoft.md')
const google = documentAt('docs/oauth2/google.md')

/** True if a table has a row whose first cell contains the code. */
const hasRow = (text: string, code: string): boolean =>
  text.split('\n').some((line) => line.split('|')[1]?.includes(`\`${code}\``) ?? false)

const documentedNumbers = new Map(
  [...troubleshooting.matchAll(/^\| ([\d, ]+?) +\| `([\w-]+)`/gm)].flatMap(([, list = '', code = '']) =>
    (list.match(/\d+/g) ?? []).map((number): [string, string] => [number, code]),
  ),
)

describe('docs/oauth2/troubleshooting.md', () => {
  it.each(oauth2FindingCodes())('docs/oauth2/troubleshooting.md has a row for the finding %s', (code) => {
    expect(hasRow(troubleshooting, code)).toBe(true)
  })

  it.each([...Object.keys(consentRefusals), ...Object.values(attemptFailures).map(({ code }) => code)])(
    'docs/oauth2/troubleshooting.md has a row for the code %s',
    (code) => {
      expect(hasRow(troubleshooting, code)).toBe(true)
    },
  )

  it.each(examinedSteps)('docs/oauth2/troubleshooting.md explains the doctor’s step %s', (step) => {
    expect(hasRow(troubleshooting, step)).toBe(true)
  })

  it('docs/oauth2/troubleshooting.md maps every known AADSTS number to Postmaster’s finding', () => {
    const numbers = microsoftRefusals.flatMap(({ errors }) => errors)
    expect(numbers.length).toBeGreaterThan(100)
    const understood = numbers.map((number): [string | number, string] => [
      number,
      findingOfRefusal({ kind: 'refused', description: `AADSTS${number}: words` }, { kind: 'microsoft' }).code,
    ])
    expect(Object.fromEntries(documentedNumbers)).toEqual(Object.fromEntries(understood))
  })
})

describe('docs/oauth2/README.md', () => {
  it.each(oauth2States)('docs/oauth2/README.md has a row for the state %s', (state) => {
    expect(hasRow(overview, state)).toBe(true)
  })
})

describe('docs/oauth2/microsoft.md', () => {
  it('docs/oauth2/microsoft.md lists the scopes that Postmaster requests', () => {
    const { imap = [], pop3 = [] } = shippedSettings('microsoft')?.scopes ?? {}
    expect(microsoft).toContain(`IMAP: ${imap.join(' ')}\nPOP3: ${pop3.join(' ')}`)
    expect(microsoft).toContain(`scope=${imap.join('%20')}`)
  })

  it('docs/oauth2/microsoft.md shows the Exchange commands that Postmaster prints', () => {
    const lines = exchangeCommands({
      clientId: '2d4d11a2-f814-46a7-890a-274a72a7309e',
      objectId: '3f9a2d06-8f6d-4c2e-9d3b-6d0c1c5c7b1e',
      mailbox: 'desk@example.com',
    })
    expect(microsoft.replaceAll(/^ +/gm, '')).toContain(lines.join('\n'))
  })
})

describe('docs/oauth2/google.md', () => {
  it('docs/oauth2/google.md lists the scopes and parameters that Postmaster requests', () => {
    const { scopes, authorizationParameters = {} } = shippedSettings('google') ?? {}
    expect(google).toContain(`\n${scopes?.imap.join(' ')}\n`)
    expect(scopes?.pop3).toEqual(scopes?.imap)
    for (const [name, value] of Object.entries(authorizationParameters))
      expect(google).toContain(`\`${name}=${value}\``)
  })
})
