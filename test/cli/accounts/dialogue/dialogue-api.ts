import { ApiClient } from '../../../../cli/api/client.ts'
import { serverProposals } from '../../../../lib/mailbox/server-proposals/server-proposals.ts'
import { accountAnswer, bookkeeping } from '../../account-answer.ts'
import { type Answer, type Asked, scriptedApi } from '../../scripted-api.ts'
import { type Given, person } from './person.ts'

const step = (more: object) => ({ step: 'login', state: 'passed', detail: 'Logged in.', ...more })
export const folders = [{ name: 'INBOX', messages: 1204 }, { name: 'Done', messages: 1 }, { name: 'Odd\u001b[2J' }]
export const passed: Answer = {
  body: {
    passed: true,
    steps: [step({})],
    folders,
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
export const failed = (more: object): Answer => ({
  body: { passed: false, steps: [step({ state: 'failed', ...more })] },
})
export const consentLater: Answer = {
  body: {
    passed: false,
    steps: [
      step({ step: 'tls' }),
      step({ state: 'skipped', code: 'consent-missing', detail: 'Not tried: people consent to a saved account.' }),
    ],
  },
}
export const created: Answer = { status: 201, body: accountAnswer() }

export const keycloak = {
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
export const microsoft365 = {
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

const queue = (queueId: string, name: string, validity = 'valid') => ({
  ...{ queueId, name, validity },
  ...{ comment: '', builtIn: false, isDefault: false },
  ...bookkeeping,
})
const queues = [queue('raw', 'Raw'), queue('q1', 'Support'), queue('q2', 'Old', 'invalid')]

/** The responses to the requests of a dialogue, in order. */
export interface Script {
  readonly tests?: readonly Answer[]
  /** For requests that create or change an account. */
  readonly saves?: readonly Answer[]
  readonly stored?: object
  /** The account from the second read on, if another admin changes it in the meantime. */
  readonly storedLater?: object
  readonly profiles?: readonly object[]
}

/** The API for a dialogue. It knows two valid queues, and proposes servers as the real API does without the network. */
export const dialogueApi = ({ tests = [], saves = [], stored, storedLater = stored, profiles = [] }: Script) => {
  let reads = 0
  const [testsLeft, savesLeft] = [[...tests], [...saves]]
  return scriptedApi(({ method, path }: Asked): Answer => {
    const { pathname, searchParams } = new URL(path, 'http://api')
    if (pathname === '/oauth2/profiles') return { body: { items: profiles } }
    if (pathname === '/oauth2/providers') return { body: { items: [keycloak] } }
    if (pathname === '/queues') return { body: { items: queues } }
    if (pathname === '/mail-server-proposals') return { body: serverProposals(searchParams.get('address') ?? '') }
    if (method === 'GET') {
      reads += 1
      return { body: reads === 1 ? stored : storedLater }
    }
    const answer = pathname === '/connection-test' || pathname.endsWith('/test') ? testsLeft.shift() : savesLeft.shift()
    return answer ?? { status: 500, body: { title: 'Not in the script' } }
  })
}

/** Runs a dialogue with a user who gives these answers. @returns what was asked, said and sent */
export const runDialogue = async <T>(
  script: Script,
  answers: readonly Given[],
  dialogue: (services: {
    api: ApiClient
    questions: ReturnType<typeof person>['questions']
    say: (line: string) => void
  }) => Promise<T>,
) => {
  await using api = await dialogueApi(script)
  const said: string[] = []
  const someone = person(...answers)
  const client = new ApiClient({ url: api.url, token: 'token' })
  const outcome = await dialogue({
    api: client,
    questions: someone.questions,
    say: (line) => said.push(line),
  }).then(
    (value) => ({ value, error: undefined }),
    (error: Error) => ({ value: undefined, error }),
  )
  if (outcome.error && someone.left.length > 0) throw outcome.error
  return {
    ...outcome,
    said: said.join('\n'),
    asked: someone.asked,
    left: someone.left,
    requests: api.asked.filter(({ method }) => method !== 'GET'),
  }
}
