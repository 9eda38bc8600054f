import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import type { FetchServices } from '../../../lib/fetching/part.ts'
import { recordCrash, takeJob } from '../../../lib/fetching/take-job.ts'
import type { FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const mails = (count: number) => Array.from({ length: count }, (_, index) => aMail(index + 1))

/** An error in the AWS client's format. */
const awsError = (name: string): Error => Object.assign(new Error('arn:aws:iam::123456789012:role/x may not'), { name })

const ports = ['accounts', 'secrets', 'tokens', 'statuses', 'runs', 'ledger', 'raw', 'directory', 'queue'] as const

/** Wraps the services so that calls for which `fails` returns true reject. `calls` records the name of every call. */
const withFailure = (services: FetchServices, fails: (number: number, call: string) => boolean, error: Error) => {
  const calls: string[] = []
  const failing = (name: string, port: object): object =>
    new Proxy(port, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key, target)
        if (typeof method !== 'function') return method
        return async (...args: unknown[]) => {
          const call = `${name}.${String(key)}`
          calls.push(call)
          if (fails(calls.length, call)) throw error
          return await Reflect.apply(method, target, args)
        }
      },
    })
  const failingPorts = Object.fromEntries(ports.map((name) => [name, failing(name, services[name])]))
  return { calls, services: { ...services, ...failingPorts } as FetchServices }
}

interface Scenario {
  readonly title: string
  readonly account?: Partial<Account>
  readonly messages?: number
  readonly job?: FetchJob
  /** Changes the server or the stored data before the run. */
  readonly prepare?: (world: ReturnType<typeof memoryServices>, server: FakeServer) => void
}

const requested: FetchJob = { kind: 'run', accountId: 'account-1', runId: 'asked', debug: true }

const scenarios: readonly Scenario[] = [
  { title: 'IMAP with a password' },
  { title: 'POP3', account: { type: 'POP3S', folder: undefined } },
  { title: 'an account that keeps its mail', account: { afterFetch: { action: 'keep' } } },
  {
    title: 'OAuth2 with a token that the server refuses once',
    account: { credential: { method: 'oauth2', profileId: 'profile-1' } as Account['credential'] },
  },
  {
    title: 'a requested run after a change of the mailbox’s identity',
    job: requested,
    prepare: ({ state }) =>
      state.statuses.set('account-1', {
        accountId: 'account-1',
        resume: { mailboxIdentity: 'another', inFlight: ['1'], deaths: { 2: 1 } },
      }),
  },
  {
    title: 'a run with a second part',
    messages: limits.chunkMessages + 1,
    prepare: ({ state }, server) => {
      server.onRetrieve = (uid) => {
        if (uid === '1') state.now += 300_000
      }
    },
  },
]

const worldOf = ({ account, messages = 2, prepare }: Scenario) => {
  const server = new FakeServer(mails(messages))
  if (account?.type === 'POP3S') server.protocol = 'pop3'
  const memory = memoryServices(server, anAccount(account))
  // Without a row, the account's status would not show a failing call, because the account may be deleted.
  memory.state.statuses.set('account-1', { accountId: 'account-1' })
  prepare?.(memory, server)
  return { server, memory }
}

/**
 * Calls whose failure does not end the run, and the event that reports it. After a failed announcement, the message
 * stays, and the next run announces it. The progress of a run is only shown.
 */
const harmless: Readonly<Record<string, string>> = {
  'ledger.markAnnounced': 'announcement-failed',
  'runs.saveOpen': 'progress-incomplete',
}

describe.each(scenarios)('a single failing call to a store: $title', (scenario) => {
  const { job = tick() } = scenario

  it('any failing store call ends the run as storage-failed, and the next run neither loses nor duplicates mail', async () => {
    const rehearsal = worldOf(scenario)
    const { calls, services } = withFailure(rehearsal.memory.services, () => false, new Error('never'))
    await takeJob(services, job, aDeadline(rehearsal.memory.state.now))
    expect(calls.length).toBeGreaterThan(10)
    const asked = new Map<string, number>()
    for (const [index, call] of calls.entries()) {
      const times = (asked.get(call) ?? 0) + 1
      asked.set(call, times)
      // A run with hundreds of messages repeats the same calls many times.
      if (times > 3 && index < calls.length - 8) continue
      const { memory, server } = worldOf(scenario)
      const failing = withFailure(memory.services, (number) => number === index + 1, awsError('ThrottlingException'))
      const run = await takeJob(failing.services, job, aDeadline(memory.state.now))
      const what = `call ${index + 1}, ${call}`
      const event = harmless[call]
      if (event !== undefined)
        expect(
          run.events.map(({ code }) => code),
          what,
        ).toContain(event)
      else {
        expect(run, what).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
        expect(run.error?.detail, what).toContain('ThrottlingException')
        expect(memory.state.runs.get(run.runId), what).toMatchObject({ state: 'failed' })
        expect(memory.state.statuses.get('account-1')?.lastError, what).toMatchObject({ code: 'storage-failed' })
        expect(memory.state.logged, what).toContainEqual(expect.objectContaining({ name: 'StorageFailure' }))
      }
      expect(JSON.stringify([...memory.state.runs.values(), memory.state.logged]), what).not.toContain('arn:aws')
      server.onRetrieve = () => undefined
      const later = tick('2026-06-01T14:00:00.000Z')
      expect(await takeJob(memory.services, later, aDeadline(memory.state.now)), what).toMatchObject({
        state: 'done',
      })
      expect(memory.state.raw.size, what).toBe(scenario.messages ?? 2)
      expect(new Set(memory.state.announced).size, what).toBe(scenario.messages ?? 2)
    }
  })
})

describe('the error of a failed store', () => {
  const outcomeOf = async (call: string, name: string) => {
    const { memory } = worldOf({ title: '' })
    const { services } = withFailure(memory.services, (_, made) => made === call, awsError(name))
    return await takeJob(services, tick(), aDeadline(memory.state.now))
  }

  it.each([
    ['secrets.read', 'AccessDeniedException', 'Secrets Manager'],
    ['accounts.read', 'ResourceNotFoundException', 'The accounts table'],
    ['raw.put', 'NoSuchBucket', 'The raw-mail bucket'],
    ['directory.queuesByAddress', 'AccessDeniedException', 'The queues and addresses table'],
    ['ledger.create', 'ResourceNotFoundException', 'The messages table'],
  ])(
    'the error for a %s call that fails with %s names the store and asks for an operator',
    async (call, name, store) => {
      const { error } = await outcomeOf(call, name)
      expect(error?.detail).toContain(`${store} failed (${name}).`)
      expect(error?.remedy).toContain('operator has to act')
    },
  )

  it('the error for a busy service says that the next run tries again', async () => {
    const { error } = await outcomeOf('ledger.create', 'ProvisionedThroughputExceededException')
    expect(error?.remedy).toContain('the next run tries again')
  })

  it('the error of a failed store never contains the text of the original error', async () => {
    const { error } = await outcomeOf('accounts.read', 'secret! password=1')
    expect(error?.detail).toContain('(unknown error)')
  })
})

describe('a store that stays down', () => {
  it('a run does not stay in the running state if only the account status cannot be written', async () => {
    const { memory } = worldOf({ title: '' })
    const { services } = withFailure(
      memory.services,
      (_, call) => call === 'statuses.change',
      awsError('ThrottlingException'),
    )
    const run = takeJob(services, tick(), aDeadline(memory.state.now))
    const error = await run.catch((reason: unknown) => reason)
    await expect(recordCrash(services, tick(), error)).rejects.toThrow('The account-status table failed')
    expect(memory.state.runs.get(tick().runId)).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
  })
})
