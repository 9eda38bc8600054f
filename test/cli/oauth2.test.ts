import { describe, expect, it } from 'vitest'
import { queuedRun } from '../../lib/runs/run.ts'
import { accountAnswer, bookkeeping } from './account-answer.ts'
import { runCli } from './run-cli.ts'
import { type Answer, type Asked, scriptedApi } from './scripted-api.ts'

const microsoft = {
  providerId: 'microsoft',
  name: 'Microsoft 365',
  kind: 'microsoft',
  builtIn: true,
  changedFields: ['authorizationParameters'],
  authorizationEndpoint: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
  tokenEndpoint: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
  scopes: { imap: ['a', 'b'], pop3: ['c'] },
  clientCredentialsScopes: [],
  authorizationParameters: { prompt: 'login' },
  clientAuthentication: 'body',
  hosts: { imap: 'outlook.office365.com' },
  ...bookkeeping,
}
const profile = {
  profileId: 'p1',
  name: 'Desk',
  providerId: 'microsoft',
  providerName: 'Microsoft 365',
  tenant: 'example.org',
  clientId: 'client-1',
  hasClientSecret: true,
  grant: 'authorization_code',
  secretExpiresOn: '2026-12-24',
  secretExpiry: {
    code: 'client-secret-expires',
    within: 30,
    detail: 'It expires on 2026-12-24, in 23 days.',
    remedy: 'Make a new one.',
    days: 23,
  },
  redirectUri: 'https://postmaster.example.org/oauth2/callback',
  comment: '',
  accounts: { count: 1, accountIds: ['01JNBZ4ZQ0V7M3T9H2K5W8XACC'] },
  ...bookkeeping,
}

/** Responds by method and path. A list of responses is used in order, and the last one is repeated. */
const withApi = async (answers: Readonly<Record<string, Answer | Answer[]>>, ...args: string[]) => {
  const seen = new Map<string, number>()
  await using api = await scriptedApi(({ method, path }: Asked) => {
    const key = `${method} ${path.split('?')[0]}`
    const answer = answers[key]
    if (answer === undefined) return { status: 404, body: { title: `Not in the script: ${key}` } }
    if (!Array.isArray(answer)) return answer
    const turn = seen.get(key) ?? 0
    seen.set(key, turn + 1)
    return answer[Math.min(turn, answer.length - 1)] ?? { status: 500, body: {} }
  })
  const result = await runCli('--url', api.url, '--token-file', api.tokenFile, ...args)
  return { ...result, asked: api.asked }
}
const providers: Answer = { body: { items: [microsoft] } }
const profiles: Answer = { body: { items: [profile], redirectUri: profile.redirectUri } }

describe('postmaster oauth2 providers', () => {
  it('oauth2 providers show prints the endpoints and the changed fields of a built-in provider', async () => {
    const { out, code } = await withApi(
      { 'GET /oauth2/providers': providers },
      'oauth2',
      'providers',
      'show',
      'MICROSOFT 365',
    )
    expect(code).toBe(0)
    expect(out).toContain('changed: authorizationParameters')
    expect(out).toMatch(/^Sign-in\thttps:\/\/login\.microsoftonline\.com\/\{tenant\}/m)
    expect(out).toMatch(/^Parameters\tprompt=login$/m)
  })

  it('oauth2 providers edit sends only the specified fields', async () => {
    const { asked, code } = await withApi(
      { 'GET /oauth2/providers': providers, 'PATCH /oauth2/providers/microsoft': { body: microsoft } },
      ...['oauth2', 'providers', 'edit', 'microsoft', '--parameter', 'prompt=login', '--parameter', 'domain_hint=a=b'],
    )
    expect(code).toBe(0)
    expect(asked[1]?.body).toEqual({ authorizationParameters: { prompt: 'login', domain_hint: 'a=b' } })
  })

  it('oauth2 providers edit removes parameters and suggested hosts, and rejects an empty change', async () => {
    const answers = { 'GET /oauth2/providers': providers, 'PATCH /oauth2/providers/microsoft': { body: microsoft } }
    const edit = ['oauth2', 'providers', 'edit', 'microsoft']
    const { asked } = await withApi(answers, ...edit, '--parameter', 'prompt=', '--pop3-host', '-')
    expect(asked[1]?.body).toEqual({ authorizationParameters: { prompt: null }, hosts: { pop3: null } })
    const nothing = await withApi(answers, ...edit)
    expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining('Specify what to change'), asked: [] })
  })

  it('oauth2 providers show lists the existing providers if the name is unknown', async () => {
    const { err, code } = await withApi({ 'GET /oauth2/providers': providers }, 'oauth2', 'providers', 'show', 'zoho')
    expect(code).toBe(2)
    expect(err).toContain('There is no OAuth2 provider `zoho`. Existing providers: Microsoft 365.')
  })

  it('a built-in provider can be reset but not deleted', async () => {
    const kept = await withApi(
      { 'GET /oauth2/providers': providers },
      'oauth2',
      'providers',
      'delete',
      'microsoft',
      '--yes',
    )
    expect(kept.out).toContain('built in and cannot be deleted')
    expect(kept.asked).toHaveLength(1)
    const reset = await withApi(
      { 'GET /oauth2/providers': providers, 'DELETE /oauth2/providers/microsoft': { status: 200, body: {} } },
      ...['oauth2', 'providers', 'reset', 'microsoft', '--yes'],
    )
    expect(reset.out).toContain('has its original settings again')
  })
})

describe('postmaster oauth2 profiles', () => {
  it('oauth2 profiles list shows when each client secret expires', async () => {
    const { out, err } = await withApi({ 'GET /oauth2/profiles': profiles }, 'oauth2', 'profiles', 'list')
    expect(out).toContain('2026-12-24 (23 days)')
    expect(err).toContain(`Redirect URI to register with providers: ${profile.redirectUri}\n`)
  })

  it('oauth2 profiles show prints the redirect URI but never a secret', async () => {
    const { out } = await withApi({ 'GET /oauth2/profiles': profiles }, 'oauth2', 'profiles', 'show', 'desk')
    expect(out).toMatch(
      /^Redirect URI\thttps:\/\/postmaster\.example\.org\/oauth2\/callback \(register exactly this URI/m,
    )
    expect(out).toMatch(/^Client secret\tstored, never shown$/m)
  })

  it('oauth2 profiles edit removes the expiry date of a client secret', async () => {
    const { asked } = await withApi(
      { 'GET /oauth2/profiles': profiles, 'PATCH /oauth2/profiles/p1': { body: profile } },
      ...['oauth2', 'profiles', 'edit', 'Desk', '--secret-expires', '-'],
    )
    expect(asked[1]?.body).toEqual({ secretExpiresOn: null })
  })

  it('oauth2 profiles add requires a provider and a client id before it prompts for a secret', async () => {
    const { err, code, asked } = await withApi({}, 'oauth2', 'profiles', 'add', 'Desk')
    expect(code).toBe(2)
    expect(err).toContain('Specify --provider and --client-id.')
    expect(asked).toEqual([])
  })
})

const consents = 'GET /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC/oauth2/consents/c1'
const linkTo = (url: string): Answer => ({
  status: 201,
  body: { consentId: 'c1', url, expiresAt: '2026-03-03T08:10:04.000Z' },
})
const link = linkTo('https://postmaster.example.org/oauth2/start/t')
const consent = (more: object): Answer => ({
  body: {
    consentId: 'c1',
    requestedBy: 'ann',
    requestedAt: '2026-03-01T08:00:00.000Z',
    expiresAt: '2026-03-02T08:00:00.000Z',
    ...more,
  },
})
const account = (detail: string): Answer => ({
  body: accountAnswer({ oauth2: { profileId: 'p1', state: 'connected', detail } }),
})

describe('postmaster oauth2 connect', () => {
  it('oauth2 connect prints the link, reports a failed attempt once, and waits for consent', async () => {
    const lastFailure = {
      code: 'x',
      detail: 'The provider said no.',
      remedy: 'Try again.',
      at: '2026-03-02T08:12:04.000Z',
    }
    const { out, err, code } = await withApi(
      {
        'POST /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC/oauth2/authorize': link,
        [consents]: [
          consent({ state: 'waiting', attempts: 1, lastFailure }),
          consent({ state: 'connected', attempts: 2, lastFailure }),
        ],
        'GET /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC': account('Connected: jane@example.org consented on 2026-03-02.'),
      },
      ...['oauth2', 'connect', '01JNBZ4ZQ0V7M3T9H2K5W8XACC'],
    )
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toBe('https://postmaster.example.org/oauth2/start/t')
    expect(out).toContain('Connected: jane@example.org consented')
    expect(err.match(/The provider said no/g)).toHaveLength(1)
    expect(err).toContain('or send it to the mailbox’s owner')
  })

  it('oauth2 connect does not suggest sending a link that works only on this machine', async () => {
    const { err } = await withApi(
      {
        'POST /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC/oauth2/authorize': linkTo('http://localhost:3210/oauth2/start/t'),
        [consents]: consent({ state: 'connected', attempts: 1 }),
        'GET /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC': account('Connected.'),
      },
      ...['oauth2', 'connect', '01JNBZ4ZQ0V7M3T9H2K5W8XACC'],
    )
    expect(err).toContain('in a browser on this machine.')
    expect(err).not.toContain('send it')
  })

  it('oauth2 connect stops waiting after its timeout, and the link remains valid', async () => {
    const { err, code } = await withApi(
      {
        'POST /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC/oauth2/authorize': link,
        [consents]: consent({ state: 'waiting', attempts: 0 }),
      },
      ...['oauth2', 'connect', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--timeout', '1'],
    )
    expect(code).toBe(1)
    expect(err).toContain('Consent has not been given yet. The link remains valid, and nothing has changed.')
  })

  it('oauth2 connect --no-wait only prints the link', async () => {
    const { out, asked } = await withApi(
      { 'POST /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC/oauth2/authorize': link },
      ...['oauth2', 'connect', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--no-wait'],
    )
    expect(out).toBe('https://postmaster.example.org/oauth2/start/t\n')
    expect(asked).toHaveLength(1)
  })
})

describe('postmaster oauth2 doctor', () => {
  const examination = {
    accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
    passed: false,
    steps: [
      { step: 'settings', state: 'passed', detail: 'All there.' },
      { step: 'claims', state: 'failed', detail: 'For Graph.', facts: { audience: ['https://graph.microsoft.com'] } },
      { step: 'mail-server', state: 'skipped', detail: 'Not tried.\u001b[31m' },
    ],
    conclusion: { code: 'token-for-graph', detail: 'The token is for Graph.', remedy: 'Correct the scopes.' },
    exchangeCommands: ['Connect-ExchangeOnline'],
  }

  it('oauth2 doctor prints every step with its facts, then the cause, the remedy and the PowerShell commands', async () => {
    const { out, err, code } = await withApi(
      { 'POST /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC/oauth2/doctor': { body: examination } },
      ...['oauth2', 'doctor', '01JNBZ4ZQ0V7M3T9H2K5W8XACC'],
    )
    expect(code).toBe(1)
    expect(out).toContain('!!  claims      For Graph.\n                audience: https://graph.microsoft.com\n')
    expect(out).toContain('The token is for Graph. [token-for-graph]\nCorrect the scopes.\n')
    expect(out).toContain('  Connect-ExchangeOnline\n')
    expect(out).not.toContain('\u001b[31m')
    expect(err).toContain('There is a problem. See the conclusion above.')
  })
})

describe('postmaster accounts and runs of a shared mailbox', () => {
  it('accounts and runs of a shared mailbox are named after the mailbox, because one user can open several', async () => {
    const shared = accountAnswer({ username: 'jane@example.com', mailbox: 'desk@example.com' })
    const { out } = await withApi(
      {
        'GET /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC': { body: shared },
        'DELETE /accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC': { body: {} },
      },
      ...['accounts', 'delete', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--yes'],
    )
    expect(out).toMatch(/^Deleted desk@example\.com at /)
    const run = queuedRun({
      runId: 'r1',
      accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
      trigger: 'schedule',
      askedAt: '2026-03-02T08:10:00.000Z',
      askedBy: 'x',
    })
    const named = { accountHost: 'imap.example.com', accountUsername: 'jane@example.com' }
    const runs = { items: [{ ...run, ...named, accountMailbox: 'desk@example.com' }] }
    const listed = await withApi({ 'GET /runs': { body: runs } }, 'runs', 'list')
    expect(listed.out).toContain('\tdesk@example.com at imap.example.com\t')
  })
})

describe('postmaster accounts add with a profile', () => {
  it('accounts add --profile rejects --password-stdin, because the account has no password', async () => {
    const { err, code, asked } = await withApi(
      { 'GET /oauth2/profiles': profiles },
      ...['accounts', 'add', '--profile', 'Desk', '--type', 'IMAPS', '--username', 'desk@example.com'],
      '--password-stdin',
    )
    expect({ code, asked }).toEqual({ code: 2, asked: [] })
    expect(err).toContain('An account with --profile has no password')
  })
})
