import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { OAuth2Error, type OAuth2Finding } from '../../../lib/oauth2/oauth2-error.ts'
import type { Profile } from '../../../lib/oauth2/profiles/profile.ts'
import { builtInProviderIds, ownMailHosts, shippedProvider } from '../../../lib/oauth2/providers/built-in-providers.ts'
import type { Provider } from '../../../lib/oauth2/providers/provider.ts'
import { assertTokenDestination, chosenProfiles, readSetup, type SetupReaders } from '../../../lib/oauth2/setup.ts'
import { account } from '../../support/account-rows.ts'
import { profile } from '../../support/oauth2-setup.ts'

type Grant = Profile['grant']
const people: Grant = 'authorization_code'
const application: Grant = 'client_credentials'

const shipped = (providerId: string): Provider => {
  const provider = shippedProvider(providerId)
  if (!provider) throw new Error(`${providerId} is not shipped`)
  return provider
}
const microsoft = shipped('microsoft')
const google = shipped('google')
const custom = (hosts: Provider['hosts']): Provider => ({
  ...microsoft,
  providerId: 'own',
  kind: 'custom',
  name: 'Own',
  hosts,
})

/** @returns the reason why the token is not sent, or undefined if it may be sent */
const findingFor = (
  provider: Provider,
  grant: Grant,
  host: string,
  type: AccountType = 'IMAPS',
): OAuth2Finding | undefined => {
  try {
    assertTokenDestination({ account: { type, host }, profile: { grant }, provider })
    return undefined
  } catch (error) {
    if (error instanceof OAuth2Error) return error.finding
    throw error
  }
}
const codeFor = (...args: Parameters<typeof findingFor>) => findingFor(...args)?.code

/** Misleading variants of an allowed host. None of them is that host. */
const lookAlikes = (host: string): string[] => [
  `${host}.evil.test`,
  `evil.test.${host}`,
  `x.${host}`,
  `${host.replace('.', '-')}`,
  `${host}@evil.test`,
  `evil.test/${host}`,
  `evil.test#${host}`,
  `${host}:993`,
  `${host}:993@evil.test`,
  `${host} evil.test`,
  `${host}\u0000.evil.test`,
  `${host}..`,
  `.${host}`,
  `imaps://${host}`,
  host.replace('o', '\u043e'),
  host.replace('i', '\u0131'),
  host.slice(1),
  '52.96.0.1',
  '127.0.0.1',
  '2603:1006::1',
  '[2603:1006::1]',
  'localhost',
  '',
]

describe('tokens from a consent at a built-in provider', () => {
  it.each(builtInProviderIds)('a token from %s may go to the provider’s default mail servers', (providerId) => {
    const provider = shipped(providerId)
    expect(codeFor(provider, people, provider.hosts.imap ?? '', 'IMAPS')).toBeUndefined()
    expect(codeFor(provider, people, provider.hosts.pop3 ?? '', 'POP3TLS')).toBeUndefined()
  })

  it.each([
    'outlook.office365.com',
    'outlook.office.com',
    'outlook.office365.us',
    'outlook-dod.office365.us',
    'webmail.apps.mil',
    'partner.outlook.cn',
    'imap-mail.outlook.com',
    'pop-mail.outlook.com',
  ])('a Microsoft token may go to Microsoft’s own host %s for either protocol', (host) => {
    for (const type of ['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS'] as const)
      expect(codeFor(microsoft, people, host, type)).toBeUndefined()
  })

  it.each([
    ['imap.googlemail.com', 'IMAPS'],
    ['pop.googlemail.com', 'POP3S'],
  ] as const)('a Google token may go to Google’s other host name %s over %s', (host, type) => {
    expect(codeFor(google, people, host, type)).toBeUndefined()
  })

  it.each(['OUTLOOK.Office365.COM', 'outlook.office365.com.', 'Outlook.Office365.Com.'])(
    'a Microsoft token may go to %s, another spelling of an allowed host',
    (host) => {
      expect(codeFor(microsoft, people, host)).toBeUndefined()
      expect(codeFor(microsoft, application, host)).toBeUndefined()
    },
  )

  it.each(['outlook.office365.com', 'imap.gmail.com'].flatMap(lookAlikes).map((host) => [host]))(
    'a token from a built-in provider may not go to the look-alike %j',
    (host) => {
      expect(codeFor(microsoft, people, host)).toBe('host-not-allowed')
      expect(codeFor(google, people, host)).toBe('host-not-allowed')
    },
  )

  it('a token from a built-in provider may not go to another vendor’s host or to the other protocol’s host', () => {
    expect(codeFor(microsoft, people, 'imap.gmail.com')).toBe('host-not-allowed')
    expect(codeFor(google, people, 'outlook.office365.com')).toBe('host-not-allowed')
    expect(codeFor(google, people, 'imap.gmail.com', 'POP3S')).toBe('host-not-allowed')
    expect(codeFor(google, people, 'pop.gmail.com', 'IMAPS')).toBe('host-not-allowed')
  })

  it('a token from a built-in provider may go only to the vendor’s hosts, regardless of the provider’s row', () => {
    const imported = { ...microsoft, hosts: { imap: 'imap.evil.test', pop3: 'imap.evil.test' } }
    expect(codeFor(imported, people, 'imap.evil.test')).toBe('host-not-allowed')
    expect(codeFor(imported, application, 'imap.evil.test')).toBe('host-not-named')
  })

  it('a rejected destination is reported with the allowed hosts and the way to use a proxy', () => {
    const finding = findingFor(google, people, 'imap-proxy.example.com')
    expect(finding).toMatchObject({ cure: 'change' })
    expect(finding?.detail).toContain('imap-proxy.example.com')
    expect(finding?.remedy).toMatch(/imap\.gmail\.com.*provider of your own/)
  })
})

describe('app-only tokens', () => {
  const named = custom({ imap: 'imap.example.com' })

  it('an app-only token may go to the provider’s host for the protocol, in any spelling', () => {
    expect(codeFor(named, application, 'imap.example.com')).toBeUndefined()
    expect(codeFor(named, application, 'IMAP.Example.com.', 'IMAPTLS')).toBeUndefined()
    expect(codeFor(custom({ imap: 'xn--mxaaa.example' }), application, 'ααα.example')).toBeUndefined()
  })

  it.each(lookAlikes('imap.example.com').map((host) => [host]))(
    'an app-only token may not go to the look-alike %j',
    (host) => {
      expect(codeFor(named, application, host)).toBe('host-not-allowed')
    },
  )

  it('an app-only token is not sent for a protocol without a provider host', () => {
    expect(codeFor(named, application, 'imap.example.com', 'POP3S')).toBe('host-not-named')
    expect(codeFor(custom({}), application, 'imap.example.com')).toBe('host-not-named')
    expect(findingFor(custom({}), application, 'imap.example.com')?.remedy).toContain(
      'postmaster oauth2 providers edit',
    )
  })

  it('an app-only token may go only to a built-in provider’s configured host, not to every host of the vendor', () => {
    expect(codeFor(microsoft, application, 'outlook.office365.com')).toBeUndefined()
    expect(codeFor(microsoft, application, 'outlook.office365.us')).toBe('host-not-allowed')
    expect(codeFor(shipped('microsoft-china'), application, 'partner.outlook.cn')).toBeUndefined()
  })
})

describe('tokens from a consent at a custom provider', () => {
  it.each(['imap-proxy.example.com', '192.0.2.1', 'localhost'])(
    'a custom provider’s token may go to %s, because the consent is bound to its host',
    (host) => {
      expect(codeFor(custom({}), people, host)).toBeUndefined()
      expect(codeFor(custom({ imap: 'imap.example.com' }), people, host)).toBeUndefined()
    },
  )
})

it('the vendors’ own mail hosts are listed in the spelling in which accounts store hosts', () => {
  const all = Object.values(ownMailHosts).flatMap((own) => (own ? [...own.imap, ...own.pop3] : []))
  expect(all.filter((host) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host))).toEqual([])
})

describe('the parts of an account’s OAuth2 setup', () => {
  const desk = account({ credential: { method: 'oauth2', profileId: 'profile-1' } })
  const people = profile({ profileId: 'profile-1', providerId: 'microsoft' })
  const readers = (found: { profile?: Profile; provider?: Provider }): SetupReaders => ({
    profiles: { read: async (id) => (id === found.profile?.profileId ? found.profile : undefined) },
    providers: { read: async (id) => (id === found.provider?.providerId ? found.provider : undefined) },
  })
  const rejectedWith = (code: string) => expect.objectContaining({ finding: expect.objectContaining({ code }) })

  it('readSetup returns the account with its profile and its provider', async () => {
    expect(await readSetup(readers({ profile: people, provider: microsoft }), desk)).toEqual({
      account: desk,
      profile: people,
      provider: microsoft,
    })
  })

  it('readSetup rejects an account with a password, a missing profile and a missing provider', async () => {
    const all = readers({ profile: people, provider: microsoft })
    await expect(readSetup(all, account())).rejects.toEqual(rejectedWith('not-oauth2'))
    await expect(readSetup(readers({ provider: microsoft }), desk)).rejects.toEqual(rejectedWith('profile-missing'))
    await expect(readSetup(readers({ profile: people }), desk)).rejects.toEqual(rejectedWith('provider-missing'))
  })

  it('chosenProfiles returns no hosts if the provider is missing, and nothing if the profile is missing', async () => {
    const { read } = chosenProfiles(readers({ profile: people }))
    expect(await read('profile-1')).toEqual({ grant: people.grant })
    expect(await read('profile-2')).toBeUndefined()
    const { hosts } = (await chosenProfiles(readers({ profile: people, provider: microsoft })).read('profile-1')) ?? {}
    expect(hosts).toEqual(microsoft.hosts)
  })
})
