import { describe, expect, it } from 'vitest'
import { accountAnswer, bookkeeping } from './account-answer.ts'
import { type Answer, scriptedApi } from './scripted-api.ts'

const secret = 'a-secret-value'
const page: Answer = { text: `<!doctype html><title>Sign in ${secret}</title>` }

const run = (answer: Answer, ...args: string[]) =>
  (async () => {
    await using api = await scriptedApi(() => answer)
    return { ...(await api.cli(...args)), url: api.url }
  })()

describe('responses that the command line does not understand', () => {
  it('an invalid response ends in one error with the request, the fields and the remedy, without any value', async () => {
    const body = { items: [accountAnswer({ port: secret, status: undefined })] }
    const { code, out, err, url } = await run({ body }, 'accounts', 'list', '--filter', 'private')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(
      'This version of postmaster does not understand the response to GET /accounts. These fields differ:\n' +
        '  /items/0/port: must be a number\n' +
        '  /items/0/status: is missing\n' +
        'The command line and the deployment probably have different versions. Update the older one. ' +
        `If another service runs at ${url}, specify the API’s address with --url.\n`,
    )
  })

  it('a response that differs in every item does not fill the screen', async () => {
    const body = { items: Array.from({ length: 100 }, () => ({ name: secret })) }
    const { code, err } = await run({ body }, 'queues', 'list')
    expect(code).toBe(1)
    expect(err.split('\n').length).toBeLessThan(10)
    expect(err).not.toContain(secret)
  })

  it.each([
    ['accounts show', ['accounts', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XACC']],
    ['accounts list', ['accounts', 'list', '--json']],
    ['accounts export', ['accounts', 'export']],
    ['accounts test', ['accounts', 'test', '01JNBZ4ZQ0V7M3T9H2K5W8XACC']],
    ['runs show', ['runs', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN']],
    ['messages show', ['messages', 'show', '5f3a000000000000000000000000000000000000000000000000000000000000']],
    ['audit list', ['audit', 'list']],
    ['settings show', ['settings', 'show']],
    ['fetch', ['fetch', '--all']],
    ['oauth2 connect', ['oauth2', 'connect', '01JNBZ4ZQ0V7M3T9H2K5W8XACC']],
  ])('%s reports another service’s page instead of printing it', async (_, args) => {
    const { code, out, err } = await run(page, ...args)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/the response to (GET|POST) \/\S+\. It is not JSON\.\n/)
    expect(err).toContain('--url')
    expect(err).not.toContain(secret)
    expect(err).not.toMatch(/ at .*\.ts:/)
  })

  it('messages raw reports a service that does not redirect to the message', async () => {
    const { code, err } = await run(
      page,
      'messages',
      'raw',
      '5f3a000000000000000000000000000000000000000000000000000000000000',
    )
    expect(code).toBe(1)
    expect(err).toContain(
      'GET /messages/5f3a000000000000000000000000000000000000000000000000000000000000/raw. It does not redirect to the message.',
    )
  })

  it('an invalid response to a change says that the change may have been made', async () => {
    const { code, err } = await run({ status: 201, body: { name: 'Support' } }, 'queues', 'add', 'Support')
    expect(code).toBe(1)
    expect(err).toContain('POST /queues')
    expect(err).toContain('The change may have been made. Check this before you repeat it.')
    expect((await run(page, 'settings', 'show')).err).not.toContain('may have been made')
  })
})

describe('responses of a newer API', () => {
  const times = { startedAt: '2026-03-02T08:00:00.000Z', endedAt: '2026-03-02T08:00:03.120Z' }
  const lastRun = { runId: 'r1', ...times, stored: 1, deleted: 1 }
  const account = accountAnswer({
    type: 'JMAPS',
    validity: 'paused',
    comment: 'c'.repeat(1000),
    maxMessageSize: 10 ** 12,
    dispatching: { by: 'sender', rule: 7 },
    afterFetch: { action: 'flag', flag: '$Seen' },
    tooLarge: { action: 'leave', note: 'x' },
    startFrom: 'yesterday',
    health: { state: 'sleeping', detail: 'Asleep.', dream: { depth: 2 } },
    status: { lastRun: { ...lastRun, state: 'postponed', extra: 1 }, next: 1 },
    colour: { name: 'green' },
  })

  it('a list shows unknown values of enumerations, and JSON output contains unknown fields at any depth', async () => {
    const listed = await run({ body: { items: [account] } }, 'accounts', 'list')
    expect(listed.err).toBe('')
    expect(listed.out).toMatch(/\tsleeping\tnever\t.*\tJMAPS\t\tpaused\t\t$/m)
    const { out } = await run({ body: { items: [account] } }, 'accounts', 'list', '--json')
    expect(JSON.parse(out)).toEqual([account])
    const shown = await run({ body: account }, 'accounts', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--json')
    expect(JSON.parse(shown.out)).toEqual(account)
    expect(
      (await run({ body: { ...account, items: [] } }, 'accounts', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XACC')).out,
    ).toContain('sleeping: Asleep.')
  })

  it.each([
    [
      'queues',
      ['queues', 'list'],
      { queueId: 'q', name: 'Q', validity: 'paused', comment: '', builtIn: false, isDefault: false, ...bookkeeping },
    ],
    [
      'addresses',
      ['addresses', 'list'],
      { address: 'a@b.example', queueId: 'q', validity: 'paused', comment: '', ...bookkeeping },
    ],
    [
      'audit entries',
      ['audit', 'list'],
      {
        ...{
          entryId: 'e',
          at: '2026-03-02T08:00:00.000Z',
          who: 'ann',
          action: 'paint',
          subject: '/walls/1',
          name: 'Wall',
        },
        ...{ changes: [{ field: 'colour', to: 'green', shade: 2 }], outcome: 'half-made' },
      },
    ],
  ])('the list of %s keeps what a newer API adds', async (_, args, item) => {
    const newer = { ...item, extra: { deep: [1] } }
    const table = await run({ body: { items: [newer] } }, ...args)
    expect({ code: table.code, err: table.err }).toEqual({ code: 0, err: '' })
    const { out } = await run({ body: { items: [newer] } }, ...args, '--json')
    expect(JSON.parse(out)).toEqual([newer])
  })

  it('accounts test keeps the steps and facts that a newer API adds', async () => {
    const body = {
      passed: true,
      steps: [{ step: 'quantum', state: 'entangled', detail: 'Done.', facts: { spin: 1 }, extra: 1 }],
    }
    const shown = await run({ body }, 'accounts', 'test', '01JNBZ4ZQ0V7M3T9H2K5W8XACC')
    expect({ code: shown.code, err: shown.err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse((await run({ body }, 'accounts', 'test', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--json')).out)).toEqual(
      body,
    )
  })

  it('accounts export fails rather than write a file without a setting that it does not know', async () => {
    const { code, out, err } = await run({ body: { items: [account] } }, 'accounts', 'export')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('/items/0/validity: must be `valid` or `invalid` or `invalid-temporarily`')
  })
})
