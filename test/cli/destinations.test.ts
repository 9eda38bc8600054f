import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bookkeeping } from './account-answer.ts'
import { runCliAt } from './run-cli.ts'
import { type Answer, type Asked, scriptedApi } from './scripted-api.ts'

const destination = {
  destinationId: '01JNBZ4ZQ0V7M3T9H2K5W8XDST',
  name: 'OTOBO',
  kind: 'pull',
  validity: 'valid',
  selection: { queueIds: ['q1'], trustedOnly: false, loops: true },
  queueMap: { names: { q1: 'First level' }, default: 'Postmaster' },
  limits: { concurrency: 1, timeoutSeconds: 30, largestSize: 52_428_800 },
  doubt: 'repeat',
  controlHeaderPrefix: 'X-OTOBO-',
  comment: '',
  status: {
    state: 'ok',
    figures: {
      at: '2026-03-02T08:10:00.000Z',
      open: 12,
      oldestOpenAt: '2026-03-02T08:00:00.000Z',
      inDoubt: 0,
      quarantined: 1,
    },
    agent: { lastSeenAt: '2026-03-02T07:00:00.000Z', host: 'otobo01', version: '1.0.0' },
    warnings: [{ code: 'agent-silent', detail: 'No agent has asked recently.', remedy: 'Start it \u001b[31mnow.' }],
  },
  ...bookkeeping,
}
const webhook = {
  ...destination,
  destinationId: 'd2',
  name: 'Tickets',
  kind: 'webhook',
  webhook: { url: 'https://tickets.example.com/hooks', mode: 'thin', auth: { kind: 'header', header: 'x-api-key' } },
  previousSecretUntil: '2026-03-03T08:00:00.000Z',
  status: {
    state: 'suspended',
    failingSince: '2026-03-01T08:00:00.000Z',
    nextProbeAt: '2026-03-02T09:00:00.000Z',
    warnings: [],
  },
}
const queues: Answer = {
  body: {
    items: [
      {
        queueId: 'q1',
        name: 'Support',
        validity: 'valid',
        comment: '',
        builtIn: false,
        isDefault: false,
        receivedBy: [],
        ...bookkeeping,
      },
    ],
  },
}
const token = `pmt_${'a'.repeat(43)}`
const created = { tokenId: 't1', comment: '', createdAt: '2026-03-02T08:00:00.000Z', createdBy: 'jane@example.com' }

const answers: Readonly<Record<string, Answer>> = {
  'GET /destinations': { body: { items: [destination, webhook] } },
  'GET /queues': queues,
  'GET /destinations/d2': { body: webhook },
  [`GET /destinations/${destination.destinationId}`]: { body: destination },
  'POST /destinations': { status: 201, body: webhook },
  'PATCH /destinations/d2': { body: webhook },
  [`PATCH /destinations/${destination.destinationId}`]: { body: destination },
  'DELETE /destinations/d2': { status: 204 },
  'POST /destinations/d2/tokens': { status: 201, body: { ...created, token } },
  'GET /destinations/d2/tokens': { body: { items: [created] } },
  'DELETE /destinations/d2/tokens/t1': { status: 204 },
}
const withApi = async (
  args: readonly string[],
  more: Readonly<Record<string, Answer>> = {},
  columns: number | undefined = undefined,
) => {
  await using api = await scriptedApi(({ method, path }: Asked) => {
    const key = `${method} ${path.split('?')[0]}`
    return { ...answers, ...more }[key] ?? { status: 404, body: { title: `Not in the script: ${key}` } }
  })
  const result = await runCliAt(columns, '--url', api.url, '--token-file', api.tokenFile, 'destinations', ...args)
  return { ...result, sent: api.asked.filter(({ method }) => method !== 'GET') }
}

describe('postmaster destinations', () => {
  it('destinations list shows the status and the waiting deliveries within 100 columns', async () => {
    const { out, code } = await withApi(['list'], {}, 100)
    expect(code).toBe(0)
    expect(out).toMatch(/^OTOBO +pull +agent-silent +12 +1 +01JNBZ4ZQ0V7M3$/m)
    expect(out).toMatch(/^Tickets +webhook +suspended +d2$/m)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('destinations show names queues, and prints each warning with its remedy and without escape sequences', async () => {
    const { out } = await withApi(['show', 'otobo'], {}, 100)
    expect(out).toMatch(/^Queue names +Support = First level, all others = Postmaster$/m)
    expect(out).toMatch(/^Last seen +2026-03-02T07:00:00.000Z otobo01 1.0.0$/m)
    expect(out).toMatch(/^Warning +No agent has asked recently\. Start it \[31mnow\. \[agent-silent\]$/m)
    expect(out).not.toContain('\u001b')
  })

  it('destinations add creates a signing secret for a webhook and prints it once', async () => {
    const { out, sent, code } = await withApi([
      ...['add', 'Tickets', '--kind', 'webhook', '--webhook', 'https://tickets.example.com/hooks'],
      ...['--queue', 'Support', '--map', 'Support=First level', '--in-doubt', 'ask'],
    ])
    expect(code).toBe(0)
    const body = sent[0]?.body as { webhook: { signingSecret: string } }
    expect(body).toEqual({
      name: 'Tickets',
      kind: 'webhook',
      selection: { queueIds: ['q1'] },
      queueMap: { names: { q1: 'First level' } },
      doubt: 'ask',
      webhook: {
        url: 'https://tickets.example.com/hooks',
        signingSecret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      },
    })
    expect(out.split(body.webhook.signingSecret)).toHaveLength(2)
  })

  it('destinations add --test sends the draft first, and does not save a destination that fails', async () => {
    const failed = {
      passed: false,
      code: 'refused',
      detail: 'The receiver answered with status 401.',
      remedy: 'Check the signing secret.',
      transcript: ['Connected to 192.0.2.7.', 'Answer: 401'],
    }
    const { out, err, code, sent } = await withApi(
      ['add', 'Tickets', '--kind', 'webhook', '--webhook', 'https://tickets.example.com/hooks', '--test'],
      { 'POST /destinations/test': { body: failed } },
    )
    expect(code).toBe(1)
    expect(sent.map(({ path }) => path)).toEqual(['/destinations/test'])
    expect(out).toBe(
      '    Connected to 192.0.2.7.\n    Answer: 401\n!!  The receiver answered with status 401. [refused]\n    Check the signing secret.\n',
    )
    expect(err).toContain('The test failed. Nothing was changed.')
  })

  it.each([
    [['add', 'x'], 'Specify --kind pull or --kind webhook.'],
    [['add', 'x', '--kind', 'webhook'], 'A webhook needs its address. Specify --webhook.'],
    [['add', 'x', '--kind', 'pull', '--map', 'Support'], '--map must have the form QUEUE=NAME.'],
    [['add', 'x', '--kind', 'pull', '--test'], '--test requires --kind webhook.'],
    [['edit', 'Tickets'], 'Specify what to change. See --help for the options.'],
    [['edit', 'Tickets', '--auth-header', 'a', '--auth-user', 'b'], 'Specify either --auth-header or --auth-user.'],
    [['edit', 'Tickets', '--auth-user', 'b'], 'cannot be entered without a terminal'],
    [['show', 'Nothing'], 'There is no destination `Nothing`. Existing destinations: OTOBO, Tickets.'],
  ])('destinations %j is a usage error, and nothing is sent', async (args, message) => {
    const { err, code, sent } = await withApi(args)
    expect(err).toContain(message)
    expect(code).toBe(2)
    expect(sent).toEqual([])
  })

  it('destinations edit sends only the given fields, and removes what is given as a dash', async () => {
    const { sent } = await withApi([
      ...['edit', 'otobo', '--map', 'Support=', '--map-default', '-', '--control-headers', '-', '--account', 'all'],
      ...['--loops', 'no', '--concurrency', '2'],
    ])
    expect(sent[0]?.body).toEqual({
      selection: { accountIds: null, loops: false },
      queueMap: { names: { q1: null }, default: null },
      limits: { concurrency: 2 },
      controlHeaderPrefix: null,
    })
    expect((await withApi(['edit', 'tickets', '--no-auth'])).sent[0]?.body).toEqual({ webhook: { auth: null } })
  })

  it('destinations rotate-secret prints the new secret once, and until when the former one signs', async () => {
    const { out, sent } = await withApi(['rotate-secret', 'Tickets'])
    const [secret = ''] = /whsec_\S+/.exec(out) ?? []
    expect(sent[0]?.body).toEqual({ webhook: { signingSecret: secret } })
    expect(out.split(secret)).toHaveLength(2)
    expect(out).toContain('until 2026-03-03T08:00:00.000Z with the former one')
  })

  it('destinations delete requires confirmation and says that tokens no longer work', async () => {
    expect((await withApi(['delete', 'Tickets'])).code).toBe(2)
    expect((await withApi(['delete', 'Tickets', '--yes'])).out).toBe(
      'Deleted destination Tickets. Its tokens no longer work.\n',
    )
  })
})

describe('postmaster destinations token', () => {
  it('token create prints the token once and says where to put it', async () => {
    const { out } = await withApi(['token', 'create', 'Tickets', '--comment', 'agent'])
    expect(out.split(token)).toHaveLength(2)
    expect(out).toContain('postmaster deliver --token-file FILE')
  })

  it('token create --save writes a private file instead of printing the token', async () => {
    await using api = await scriptedApi(
      ({ method, path }) => answers[`${method} ${path.split('?')[0]}`] ?? { status: 404 },
    )
    const file = join(api.folder, 'saved')
    const { out } = await api.cli('destinations', 'token', 'create', 'Tickets', '--save', file)
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(out).not.toContain(token)
  })

  it('token list shows when a token was used, and token revoke asks first', async () => {
    expect((await withApi(['token', 'list', 'Tickets'])).out).toMatch(/^t1\t2026-03-02T08:00:00.000Z\tnever\t\t$/m)
    expect((await withApi(['token', 'revoke', 'Tickets', 't1'])).code).toBe(2)
    expect((await withApi(['token', 'revoke', 'Tickets', 't1', '--yes'])).out).toContain('Revoked token t1 of Tickets.')
  })
})
