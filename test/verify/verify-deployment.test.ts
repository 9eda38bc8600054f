import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListSubscriptionsCommand } from '@aws-sdk/client-sns'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { runProgram } from '../../cli/terminal/run-program.ts'
import { verifyCommand } from '../../verify/command.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'
import { type CloudFaults, localCloud, outputsOf } from './local-cloud.ts'
import { startSignInPages } from './sign-in-pages.ts'

const password = 'a-password-of-the-operator'

const outcomeSchema = z.object({
  passed: z.boolean(),
  mark: z.string(),
  steps: z.array(
    z.looseObject({ id: z.string(), state: z.string(), reason: z.looseObject({ code: z.string() }).optional() }),
  ),
  leftovers: z.array(z.object({ what: z.string(), command: z.string(), reason: z.unknown() })),
})

let folder: string
let server: MailServer
let stack: TestStack
let pages: Awaited<ReturnType<typeof startSignInPages>>

beforeAll(async () => {
  await assembly()
  folder = mkdtempSync(join(tmpdir(), 'postmaster-verify-'))
  server = await startMailServer({ users: [{ name: 'desk', password, folders: ['Tests'] }] })
  stack = await startStack({ servers: [server] })
  await stack.tick()
  pages = await startSignInPages({ id: stack.resource('SignInClient'), address: 'http://localhost:8765/callback' })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
  await pages?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Tried extends z.infer<typeof outcomeSchema> {
  readonly code: number
  /** Everything that a person sees. */
  readonly said: string
}

interface TryOptions {
  readonly type?: 'IMAPS' | 'POP3S'
  readonly args?: readonly string[]
  readonly faults?: CloudFaults
  /** Changes the outputs before they are written. */
  readonly change?: (outputs: ReturnType<typeof outputsOf>) => ReturnType<typeof outputsOf>
  /** Receives what a person sees, and can press Ctrl-C. */
  readonly onSaid?: (text: string, interrupt: () => void) => void
}

/** Runs the command against the local run. The password comes from standard input. */
const tryOut = async ({
  type = 'IMAPS',
  args = [],
  faults = {},
  change = (outputs) => outputs,
  onSaid,
}: TryOptions = {}): Promise<Tried> => {
  const outputs = change(outputsOf(stack, pages.issuer))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  let [out, said] = ['', '']
  let interrupt: () => void = () => undefined
  const output = {
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      said += text
      onSaid?.(text, () => interrupt())
    },
  }
  const line = [
    ...['--outputs', file('outputs.json', JSON.stringify(outputs))],
    ...[
      '--token-file',
      file('token', stack.local.token ?? ''),
      '--reader-token-file',
      file('reader', stack.local.readerToken ?? ''),
    ],
    ...['--type', type, '--host', 'localhost', '--port', String(server.port(type)), '--username', 'desk'],
    ...['--ca-file', file('ca.pem', server.caPem), '--yes', '--json', ...args],
  ]
  const code = await runProgram(
    (guarded) =>
      verifyCommand({
        output: guarded,
        cloud: () => localCloud(stack, outputs, faults),
        readPassword: async () => password,
        onTerminal: false,
        onInterrupt: (listener) => {
          interrupt = listener
          return () => undefined
        },
        exit: () => undefined,
        limits: { delivery: 20_000, pause: 50, mail: 30_000, tick: 20_000 },
      }),
    line,
    output,
  )
  expect(out + said).not.toContain(password)
  expect(out + said).not.toContain(stack.local.token)
  return { ...outcomeSchema.parse(JSON.parse(out)), code, said }
}

const statesOf = ({ steps }: Tried) =>
  Object.fromEntries(steps.map(({ id, state, reason }) => [id, reason?.code ?? state]))

/** Everything that a run of the command must not leave behind. */
const traces = async () => {
  const cloud = localCloud(stack, {}, {})
  const { QueueUrls = [] } = await cloud.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'postmaster-verify-' }))
  const { Subscriptions = [] } = await cloud.sns.send(new ListSubscriptionsCommand({}))
  const { api } = stack
  const queues = await api.list('/queues', z.looseObject({ name: z.string() }))
  return {
    queues: QueueUrls,
    subscriptions: Subscriptions.flatMap(({ Endpoint = '' }) =>
      Endpoint.includes('postmaster-verify-') ? [Endpoint] : [],
    ),
    postmasterQueues: queues.map(({ name }) => name).filter((name) => name.startsWith('verify-')),
    accounts: (await api.accounts()).map(({ accountId }) => accountId),
    folders: [...(server.users.get('desk')?.folders.keys() ?? [])],
  }
}
const noTraces = { queues: [], subscriptions: [], postmasterQueues: [], accounts: [], folders: ['INBOX', 'Tests'] }

describe('npm run verify-deployment', () => {
  it('the command proves every step with an IMAP mailbox, and leaves nothing behind', async () => {
    server.user('desk').inbox.append('Subject: not ours\r\n\r\nThis mail must stay.\r\n')
    const tried = await tryOut()
    expect(statesOf(tried)).toEqual(Object.fromEntries(tried.steps.map(({ id }) => [id, 'passed'])))
    expect(tried).toMatchObject({ passed: true, code: 0, leftovers: [] })
    expect(tried.said).toContain('This deployment works.')
    expect(await traces()).toEqual(noTraces)
    expect(server.user('desk').inbox.messages).toHaveLength(1)
    expect(await stack.api.messages('')).toMatchObject([{ state: 'erased', queueName: `verify-${tried.mark}` }])
    expect(tried.said).toContain(`The record that the test mail existed remains, in the queue verify-${tried.mark}.`)
  })

  it('an existing folder keeps its mail, and only the test mail is fetched and removed from it', async () => {
    const tests = server.user('desk').folder('Tests')
    tests.append('Subject: older\r\n\r\nThis mail must stay.\r\n')
    const tried = await tryOut({ args: ['--folder', 'Tests'] })
    expect(tried).toMatchObject({ passed: true, leftovers: [] })
    expect(tests.messages.map(({ body }) => body.toString())).toEqual([
      'Subject: older\r\n\r\nThis mail must stay.\r\n',
    ])
    expect(await traces()).toEqual(noTraces)
  })

  it('a POP3 mailbox waits for the mail that a person sends, and keeps all mail', async () => {
    const { inbox } = server.user('desk')
    const before = inbox.messages.length
    const tried = await tryOut({
      type: 'POP3S',
      onSaid: (text) => {
        const [, subject] = /Now send a mail with the subject “(.*?)”/.exec(text) ?? []
        if (subject !== undefined) inbox.append(`From: ann@example.com\r\nSubject: ${subject}\r\n\r\nHere it is.\r\n`)
      },
    })
    expect(tried).toMatchObject({ passed: true, leftovers: [] })
    expect(inbox.messages).toHaveLength(before + 1)
    expect(await traces()).toEqual(noTraces)
  })

  it('Ctrl-C ends the command before its next step, and everything is removed', async () => {
    const tried = await tryOut({
      onSaid: (text, interrupt) => {
        if (text.includes('A test mail is in the mailbox')) interrupt()
        if (text.includes('Press Ctrl-C again')) interrupt()
      },
    })
    expect(tried).toMatchObject({ passed: false, code: 1, leftovers: [] })
    expect(statesOf(tried)).toMatchObject({ mail: 'passed', fetch: 'not-tried', alarm: 'not-tried' })
    // A second Ctrl-C would end the process before the removal, so it prints what is left.
    expect(tried.said).toMatch(/node cli\/postmaster\.mjs accounts delete \w+ --yes/)
    expect(tried.said).toContain('aws sqs delete-queue')
    expect(tried.said).toContain('Everything that the command created has been removed.')
    expect(await traces()).toEqual(noTraces)
  })

  it('a failed step is reported with its remedy, other steps are still tried, and everything is removed', async () => {
    const tried = await tryOut({
      args: ['--username', 'stranger'],
      faults: { alarmsAreHeard: false },
      change: ({ PostmasterStateful, ...others }) => ({
        ...others,
        PostmasterStateful: { ...PostmasterStateful, UserPoolClientId: 'another-client' },
      }),
    })
    expect(tried).toMatchObject({ passed: false, code: 1, leftovers: [] })
    expect(statesOf(tried)).toMatchObject({
      'sign-in': 'sign-in-refused',
      account: 'credentials-rejected',
      fetch: 'not-tried',
      schedule: 'passed',
      alarm: 'alarm-not-heard',
      'alarm-over': 'not-tried',
    })
    expect(tried.said).toContain('The mail server rejected the user name or password from this machine.')
    expect(await traces()).toEqual(noTraces)
  })

  it('nothing is created if the credentials belong to another AWS account or the deployment is incomplete', async () => {
    for (const [faults, code] of [
      [{ accountId: '111111111111' }, 'other-aws-account'],
      [{ stackStatus: 'UPDATE_ROLLBACK_COMPLETE' }, 'stack-incomplete'],
    ] as const) {
      const { deployment, ...others } = statesOf(await tryOut({ faults }))
      expect(deployment).toBe(code)
      expect(new Set(Object.values(others))).toEqual(new Set(['not-tried']))
    }
    expect(await traces()).toEqual(noTraces)
  })

  it('what cannot be tried is skipped with an explanation, and what cannot be removed is listed with its command', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDenied' })
    const tried = await tryOut({
      faults: {
        simulation: denied,
        onAlarm: (state) => {
          if (state === 'OK') throw denied
        },
      },
    })
    expect(statesOf(tried)).toMatchObject({
      roles: 'permission-missing',
      alarm: 'passed',
      'alarm-over': 'permission-missing',
    })
    expect(tried.steps.find(({ id }) => id === 'roles')?.state).toBe('skipped')
    expect(tried).toMatchObject({ passed: false, code: 1 })
    expect(tried.leftovers).toMatchObject([
      { command: expect.stringContaining('aws cloudwatch set-alarm-state'), reason: { code: 'permission-missing' } },
    ])
    expect(tried.said).toContain('These were not removed.')
    expect(await traces()).toEqual(noTraces)
  })
})
