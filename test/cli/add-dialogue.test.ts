import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addByDialogue } from '../../cli/accounts/dialogue/add-by-dialogue.ts'
import type { Questions } from '../../cli/accounts/dialogue/questions.ts'
import { ApiClient } from '../../cli/api/client.ts'
import { accountAnswer, bookkeeping } from './account-answer.ts'
import { hasPseudoTerminal, spawnCli } from './run-cli.ts'
import { type Answer, type Asked, scriptedApi } from './scripted-api.ts'

const enter = Symbol('the proposed answer')
type Given = string | symbol

/** A user who gives these answers in order. A choice is given by the start of its name. */
const person = (...answers: Given[]) => {
  const asked: Array<{ message: string; preset: unknown; choices?: string[] }> = []
  const next = (message: string): Given => {
    const answer = answers.shift()
    if (answer === undefined) throw new Error(`no answer to ${message}`)
    return answer
  }
  const questions: Questions = {
    text: async (message, { preset, check } = {}) => {
      asked.push({ message, preset })
      const given = next(message)
      const answer = given === enter ? (preset ?? '') : String(given)
      expect(check?.(answer), `${message} ${answer}`).toBeUndefined()
      return answer
    },
    secret: async (message) => {
      asked.push({ message, preset: undefined })
      const given = next(message)
      return given === enter ? '' : String(given)
    },
    choose: async (message, choices, preset) => {
      asked.push({ message, preset, choices: choices.map(({ name }) => name) })
      const given = next(message)
      const chosen =
        given === enter
          ? (choices.find(({ value }) => value === preset) ?? choices[0])
          : choices.find(({ name }) => name.startsWith(String(given)))
      if (!chosen) throw new Error(`${message} has no ${String(given)}`)
      return chosen.value
    },
  }
  return { questions, asked, left: answers }
}

const step = (more: object) => ({ step: 'login', state: 'passed', detail: 'Logged in.', ...more })
const passed: Answer = {
  body: {
    passed: true,
    steps: [step({})],
    waiting: {
      count: 1204,
      examined: 1204,
      bytes: 9,
      largest: 9,
      flaggedDeleted: 0,
      oldestAt: '2024-11-02T07:00:12.000Z',
    },
    receipt: 'test.nonce',
  },
}
const failed = (more: object): Answer => ({ body: { passed: false, steps: [step({ state: 'failed', ...more })] } })
const created: Answer = { status: 201, body: accountAnswer() }

/**
 * The API responds to connection tests with `tests`, and to attempts to create the account with `creations`, in order.
 */
const dialogueWith = async (
  tests: Answer[],
  creations: Answer[],
  answers: Given[],
  fixed: Readonly<Record<string, unknown>> = {},
  profiles: readonly object[] = [],
) => {
  await using api = await scriptedApi(({ path }: Asked) => {
    if (path === profilesPath) return { body: { items: profiles } }
    if (path === providersPath) return { body: { items: [keycloak] } }
    const answer = path === '/connection-test' ? tests.shift() : creations.shift()
    return answer ?? { status: 500, body: { title: 'Not in the script' } }
  })
  let said = ''
  const output = {
    out: (text: string) => {
      said += `${text}\n`
    },
    err: (text: string) => {
      said += text
    },
  }
  const someone = person(...answers)
  const client = new ApiClient({ url: api.url, token: 'token' })
  const account = await addByDialogue({ api: client, questions: someone.questions, output }, {}, fixed)
  expect(someone.left).toEqual([])
  const requests = api.asked.filter(({ path }) => path !== profilesPath && path !== providersPath)
  return { account, said, requests, asked: someone.asked }
}

const profilesPath = '/oauth2/profiles?limit=100'
const providersPath = '/oauth2/providers?limit=100'
const keycloak = {
  providerId: 'k1',
  name: 'Keycloak',
  kind: 'custom',
  builtIn: false,
  authorizationEndpoint: 'https://login.example.com/auth',
  tokenEndpoint: 'https://login.example.com/token',
  scopes: { imap: [], pop3: [] },
  clientCredentialsScopes: [],
  authorizationParameters: {},
  clientAuthentication: 'body',
  hosts: { imap: 'post.example.com' },
  ...bookkeeping,
}
const microsoft365 = {
  profileId: 'p1',
  name: 'Desk at Microsoft 365',
  providerId: 'microsoft',
  clientId: 'c1',
  hasClientSecret: true,
  grant: 'authorization_code',
  redirectUri: 'https://postmaster.example.org/oauth2/callback',
  comment: '',
  accounts: { count: 0, accountIds: [] },
  ...bookkeeping,
}
const consentLater: Answer = {
  body: {
    passed: false,
    steps: [
      step({ step: 'tls' }),
      step({ state: 'skipped', code: 'consent-missing', detail: 'Not tried: people consent to a saved account.' }),
    ],
  },
}
const unconnected: Answer = {
  status: 201,
  body: accountAnswer({
    oauth2: { profileId: 'p1', state: 'consent-missing', detail: 'The account has not been connected yet.' },
  }),
}

const atGmail: Given[] = ['desk@gmail.com', enter, enter, enter, enter, enter, 'pass word']

describe('accounts add as a dialogue', () => {
  it('the accounts add dialogue suggests a server, tests it, shows what would be fetched, and saves the tested account', async () => {
    const { account, said, requests } = await dialogueWith(
      [passed],
      [created],
      [...atGmail, 'all mail', 'delete', 'save'],
      { comment: 'first', port: 1, folder: 'Elsewhere' },
    )
    expect(account?.accountId).toBe('01JNBZ4ZQ0V7M3T9H2K5W8XACC')
    expect(said).toContain('app password')
    expect(said).toContain(
      '1204 messages are waiting, the oldest since 2024-11-02. All mail will be fetched and then deleted from the server.',
    )
    const tested = {
      comment: 'first',
      type: 'IMAPS',
      host: 'imap.gmail.com',
      port: 993,
      username: 'desk@gmail.com',
      folder: 'INBOX',
      password: 'pass word',
      authentication: 'password',
    }
    expect(requests).toMatchObject([
      { path: '/connection-test', body: tested },
      {
        path: '/accounts?receipt=test.nonce',
        body: { ...tested, startFrom: 'everything', afterFetch: { action: 'delete' } },
      },
    ])
    expect(requests[0]?.body).toEqual(tested)
    expect(said).not.toContain('pass word')
  })

  it('the accounts add dialogue shows what failed and asks again with the earlier answers as defaults', async () => {
    const { requests, asked, said } = await dialogueWith(
      [failed({ code: 'credentials-rejected', remedy: 'Check them.' }), passed],
      [created],
      [
        ...['desk@example.com', 'its own server: mail', 'POP3S', 'pop.example.com', '1995', 'desk', 'first'],
        'change',
        ...[enter, enter, enter, enter, enter, enter],
        ...['mail that arrived', '2026-03-01', 'keep', 'save'],
      ],
    )
    expect(said).toContain('Check them.')
    // POP3 has no folder to ask for or to move mail to.
    expect(requests[1]?.body).toEqual(requests[0]?.body)
    expect(requests[1]?.body).toMatchObject({ type: 'POP3S', host: 'pop.example.com', port: 1995, username: 'desk' })
    expect(asked.at(-5)).toMatchObject({ message: expect.stringContaining('press Enter to keep') })
    expect(asked.at(-2)?.choices).toEqual(['delete it from the server', 'keep it on the server'])
    expect(requests[2]?.body).toMatchObject({
      password: 'first',
      startFrom: { since: '2026-03-01T00:00:00.000Z' },
      afterFetch: { action: 'keep' },
    })
  })

  it('the accounts add dialogue trusts the certificate authority from a test if the user chooses to', async () => {
    const { requests } = await dialogueWith(
      [failed({ step: 'tls', code: 'certificate-not-trusted', facts: { customCa: 'PEM' } }), passed],
      [created],
      [...atGmail, 'trust', 'mail that arrived', '2026-03-01', 'move', 'Done', 'save'],
    )
    expect(requests[1]?.body).toMatchObject({ customCa: 'PEM' })
    expect(requests[2]?.body).toMatchObject({
      customCa: 'PEM',
      startFrom: { since: '2026-03-01T00:00:00.000Z' },
      afterFetch: { action: 'move', folder: 'Done' },
    })
  })

  it('the accounts add dialogue reads a certificate authority from a file if the test could not show it', async () => {
    const notTrusted = failed({ step: 'tls', code: 'certificate-not-trusted' })
    const { requests } = await dialogueWith(
      [notTrusted, passed],
      [created],
      [...atGmail, 'trust a certificate authority in a PEM file', 'package.json', 'all mail', 'delete', 'save'],
    )
    const customCa = readFileSync('package.json', 'utf8')
    expect(requests.map(({ body }) => body)).toMatchObject([{}, { customCa }, { customCa }])
  })

  it('the accounts add dialogue shows the fields that the API rejects and keeps all answers', async () => {
    const refusal: Answer = {
      status: 400,
      body: { title: 'Wrong', errors: [{ path: '/host', message: 'is not a host name' }] },
    }
    const taken: Answer = { status: 409, body: { title: 'Another account already collects this mailbox' } }
    const { account, said, asked } = await dialogueWith(
      [refusal, passed, passed],
      [taken, created],
      [
        ...[...atGmail, 'test', 'all mail', 'keep', 'save'],
        ...['change', enter, enter, enter, enter, enter, 'Other', enter, enter, enter, 'save'],
      ],
    )
    expect(account).toBeDefined()
    expect(said).toContain('/host: is not a host name')
    expect(said).toContain('already collects this mailbox')
    // The default of the second round is `keep`.
    expect(asked.at(-2)?.preset).toBe('keep')
  })

  it('the accounts add dialogue suggests the provider’s profile and only types with TLS, and saves a shared mailbox before consent', async () => {
    const { requests, said, asked } = await dialogueWith(
      [consentLater],
      [unconnected],
      ['desk@outlook.com', enter, enter, enter, enter, 'jane@outlook.com', enter, 'all mail', 'delete', 'save'],
      {},
      [microsoft365],
    )
    expect(asked[1]).toMatchObject({
      preset: 'p1',
      choices: ['with a password', 'with OAuth2, profile Desk at Microsoft 365'],
    })
    expect(asked[2]?.choices?.map((choice) => choice.split(':')[0])).toEqual(['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS'])
    expect(asked.map(({ message }) => message)).not.toContain('Password (not shown):')
    expect(said).toContain(
      'The number of waiting messages will be known after the first login. All mail will be fetched',
    )
    expect(requests[1]).toMatchObject({ path: '/accounts' })
    expect(requests[1]?.body).toEqual({
      authentication: 'oauth2',
      profileId: 'p1',
      type: 'IMAPS',
      host: 'outlook.office365.com',
      port: 993,
      username: 'jane@outlook.com',
      mailbox: 'desk@outlook.com',
      folder: 'INBOX',
      startFrom: 'everything',
      afterFetch: { action: 'delete' },
    })
  })

  it('the accounts add dialogue suggests the mail server of the chosen profile’s provider if it has one for the protocol', async () => {
    const ofKeycloak = { ...microsoft365, profileId: 'p2', name: 'Own login', providerId: 'k1' }
    const upToHost: Given[] = ['desk@example.org', enter, 'with OAuth2']
    const rest: Given[] = [enter, enter, enter, 'all mail', 'keep', 'save']
    const hostAfter = async (type: Given, ...more: Given[]) => {
      const answers = [...upToHost, type, enter, ...more]
      const { asked } = await dialogueWith([consentLater], [unconnected], answers, {}, [ofKeycloak])
      return asked.find(({ message }) => message === 'Mail server:')?.preset
    }
    expect(await hostAfter('IMAPS', ...rest)).toBe('post.example.com')
    expect(await hostAfter('POP3S', ...rest.slice(1))).toBe('imap.example.org')
  })

  it('the accounts add dialogue explains how to add a profile if the provider requires OAuth2 and there is none', async () => {
    const { said } = await dialogueWith([failed({})], [], [...atGmail.with(0, 'desk@outlook.com'), 'give up'])
    expect(said).toContain('only OAuth2')
    expect(said).toContain('postmaster oauth2 profiles add --provider microsoft --help')
  })

  it('the accounts add dialogue saves without a successful test only if the user chooses to, and nothing if the user gives up', async () => {
    const anyway = await dialogueWith([failed({})], [created], [...atGmail, 'continue', 'all mail', 'delete', 'save'])
    expect(anyway.requests[1]?.path).toBe('/accounts')
    const stopped = await dialogueWith([failed({})], [], [...atGmail, 'give up'])
    expect(stopped.account).toBeUndefined()
    expect(stopped.requests).toHaveLength(1)
  })

  it.runIf(hasPseudoTerminal)('the accounts add dialogue runs at a terminal', async () => {
    await using api = await scriptedApi(({ path }) => {
      if (path === profilesPath) return { body: { items: [] } }
      return path === '/connection-test' ? passed : created
    })
    const { code, out } = await spawnCli(['--url', api.url, '--token-file', api.tokenFile, 'accounts', 'add'], {
      terminal: true,
      answers: [
        { after: 'Email address:', text: 'desk@gmail.com\r' },
        { after: 'Protocol and encryption:', text: '\r' },
        { after: 'Mail server:', text: '\r' },
        { after: 'Port:', text: '\r' },
        { after: 'User name:', text: '\r' },
        { after: 'Folder:', text: '\r' },
        { after: 'Password (not shown):', text: 'pass word\r' },
        { after: 'be fetched?', text: '\r' },
        { after: 'fetched and stored?', text: '\r' },
        { after: 'Save the account?', text: '\r' },
      ],
    })
    expect(code, out).toBe(0)
    expect(out).toContain('Added support@example.com')
    expect(out).not.toContain('pass word')
    expect(api.asked.at(-1)?.body).toMatchObject({ host: 'imap.gmail.com', password: 'pass word' })
  })
})
