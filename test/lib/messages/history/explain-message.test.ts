import { describe, expect, test } from 'vitest'
import { explainMessage, explainUnstored } from '../../../../lib/messages/history/explain-message.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { noCounts, type Run } from '../../../../lib/runs/run.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

const run = (more: Partial<Run> = {}): Run => ({
  runId: '01K0RUN',
  accountId: '01K0ACCOUNT',
  trigger: 'schedule',
  askedAt: '2025-07-01T08:52:50.000Z',
  askedBy: 'schedule',
  state: 'done',
  startedAt: '2025-07-01T08:52:55.000Z',
  endedAt: '2025-07-01T08:53:30.000Z',
  parts: 1,
  counts: noCounts,
  skippedBecause: {},
  storedByQueue: {},
  bytes: 0,
  roundTrips: 0,
  events: [],
  ...more,
})
const lines = (more: Partial<Message>, record: Run | undefined = run()) =>
  explainMessage(sampleMessage(more), record).steps.map(({ code, detail }) => `${code}: ${detail}`)

describe('the explanation of a message', () => {
  test('the explanation of a fetched, announced and deleted message contains every step in order', () => {
    const message = sampleMessage({
      state: 'announced',
      announcedAt: '2025-07-01T08:53:01.000Z',
      server: 'deleted',
      removedAt: '2025-07-01T08:53:20.000Z',
    })
    const { summary, steps, links, stored } = explainMessage(message, run())
    expect(stored).toBe(true)
    expect(summary).toBe('The message is in queue Support, was announced, and was deleted from the mail server.')
    expect(steps).toEqual([
      {
        at: '2025-07-01T08:52:40.000Z',
        code: 'received',
        detail: 'The mail server received the message, according to the clock of the server.',
      },
      {
        at: '2025-07-01T08:52:55.000Z',
        code: 'seen',
        detail:
          'The run started by the schedule listed it on the IMAPS account in folder INBOX as UID 7 (UIDVALIDITY 1). Its listed size is 2,048 bytes.',
        runId: '01K0RUN',
        links: { run: '/runs/01K0RUN' },
      },
      {
        at: '2025-07-01T08:53:00.000Z',
        code: 'stored',
        detail: `Stored: 2,048 bytes, SHA-256 ${message.sha256}.`,
        runId: '01K0RUN',
        links: { raw: `/messages/${message.messageId}/raw` },
      },
      {
        at: '2025-07-01T08:53:00.000Z',
        code: 'dispatched',
        detail: 'Put into queue Support: To: support@example.com is the system address of queue Support.',
        links: { queue: '/queues/q-support' },
      },
      {
        at: '2025-07-01T08:53:00.000Z',
        code: 'control-ignored',
        detail: 'The control header x-otobo-queue is ignored. The account is not trusted.',
      },
      {
        at: '2025-07-01T08:53:01.000Z',
        code: 'announced',
        detail: 'Announced. The topic confirmed the announcement.',
      },
      {
        at: '2025-07-01T08:53:20.000Z',
        code: 'left-server',
        detail: 'Deleted on the mail server by the run that stored it. The server confirmed this.',
        runId: '01K0RUN',
        links: { run: '/runs/01K0RUN' },
      },
    ])
    expect(links).toMatchObject({ account: '/accounts/01K0ACCOUNT', run: '/runs/01K0RUN' })
  })

  const dispatched = (
    code: 'recipient' | 'default-queue' | 'account-queue',
    count: number,
    truncated: string[] = [],
  ) => {
    const { header } = sampleMessage()
    if (!header) throw new Error('the sample has a header')
    const others = Array.from({ length: count }, (_, n) => ({ header: 'To', address: `r${n}@x.example` }))
    const recipients = [...others, { header: 'Cc', address: 'c@x.example' }]
    const told = lines({ reason: { code, detail: 'Why.' }, header: { ...header, recipients, truncated } })
    return told.find((line) => line.startsWith('dispatched: '))?.slice('dispatched: '.length)
  }

  test('the explanation lists the recipients that were looked up, with their headers and in order', () => {
    expect(dispatched('default-queue', 2)).toBe(
      'Put into queue Support: Why. Recipients were looked up in this order: To: r0@x.example, r1@x.example; Cc: c@x.example.',
    )
    expect(dispatched('default-queue', 0)).toContain('Recipients were looked up in this order: Cc: c@x.example.')
    expect(dispatched('recipient', 1)).toBe(
      'Put into queue Support: Why. Recipients were looked up in this order until one matched: To: r0@x.example; Cc: c@x.example.',
    )
  })

  test('the explanation lists no recipients if they did not determine the queue', () => {
    expect(dispatched('account-queue', 2)).toBe('Put into queue Support: Why.')
  })

  test('the explanation says that it lists only some of the recipients', () => {
    expect(dispatched('default-queue', 200)).toMatch(/r49@x\.example; and 151 more\.$/)
    expect(dispatched('default-queue', 2, ['recipients'])).toMatch(
      /Cc: c@x\.example\. The message’s record keeps only the first recipients of each header\. More were looked up\.$/,
    )
    expect(dispatched('recipient', 2, ['recipients'])).toMatch(
      /Cc: c@x\.example\. The message’s record keeps .* The list may end before the match\.$/,
    )
  })

  test('the explanation lists control headers of a trusted account, both honoured and ignored', () => {
    const told = lines({
      trusted: true,
      control: { priority: '5 very high' },
      ignoredControl: [{ name: 'x-otobo-queue', why: 'There is no valid queue named "Nope".' }],
    })
    expect(told).toContain(
      'control-honoured: The control header priority: 5 very high is honoured because the account is trusted.',
    )
    expect(told).toContain(
      'control-ignored: The control header x-otobo-queue is ignored. There is no valid queue named "Nope".',
    )
  })

  test('the explanation says that the record was lost and written again', () => {
    expect(lines({ recoveredAt: '2025-07-02T08:00:00.000Z' })).toContain(
      'recovered: The record of the message was lost and was written again from the raw mail. Queue and trust follow ' +
        'from the settings at that time.',
    )
  })

  test('the explanation names the kind of automatic mail and its signs, and says which of them are weak', () => {
    const told = lines({
      automatic: {
        kind: 'automatic-reply',
        signs: [
          { sign: 'auto-replied', header: 'auto-submitted', value: 'auto-replied (vacation)', strength: 'strong' },
          { sign: 'response-suppressed', header: 'x-auto-response-suppress', value: 'All', strength: 'weak' },
        ],
      },
    })
    expect(told).toContain(
      'automatic: The message is an automatic reply, so it must not be answered automatically. Signs: ' +
        'auto-submitted: auto-replied (vacation). Weak signs: x-auto-response-suppress: All.',
    )
  })

  test('the explanation says that one weak sign does not count', () => {
    const sign = { sign: 'list-unsubscribe', header: 'list-unsubscribe', value: '<x>', strength: 'weak' } as const
    expect(lines({ automatic: { signs: [sign] } })).toContain(
      'automatic: The message does not count as automatic mail, because one weak sign is not enough. Weak signs: ' +
        'list-unsubscribe: <x>.',
    )
    expect(lines({}).some((line) => line.startsWith('automatic'))).toBe(false)
  })

  test('the explanation of an unannounced message names the reason: pending, requested, or a repeat', () => {
    expect(lines({ state: 'stored' }).join('\n')).toMatch(/not-announced: No announcement is recorded yet.*15 minutes/)
    expect(lines({ state: 'ignored', trusted: true, control: { ignore: 'yes' } }).join('\n')).toContain(
      'not-announced: Not announced because a trusted control header asks to ignore the message.',
    )
    const twin = explainMessage(sampleMessage({ state: 'ignored', sameAs: 'b'.repeat(64) }), run())
    expect(twin.summary).toContain('repeats a message that was stored earlier')
    expect(twin.steps.find(({ code }) => code === 'not-announced')?.links).toEqual({
      sameAs: `/messages/${'b'.repeat(64)}`,
    })
  })

  test.each([
    ['present', /Still on the mail server/],
    ['kept', /Left on the mail server, as the account’s settings require/],
    ['moved', /^left-server: Moved on the mail server\. The server confirmed this\.$/],
  ] as const)('the explanation of a message that is %s on the server ends with that', (server, detail) => {
    const removedAt = server === 'moved' ? { removedAt: '2025-07-02T00:00:00.000Z' } : {}
    expect(lines({ server, ...removedAt }).at(-1)).toMatch(detail)
  })

  test('the explanation includes the run’s events for this message at their times, and none for others', () => {
    const { messageId } = sampleMessage()
    const note = { at: '2025-07-01T08:53:00.500Z', code: 'announcement-failed', detail: 'Not confirmed.' }
    const record = run({
      events: [{ ...note, messageId }, { ...note, detail: 'Another message.', messageId: 'x' }, note],
    })
    const told = lines({ state: 'announced', announcedAt: '2025-07-01T09:00:00.000Z' }, record)
    expect(told.filter((line) => line.startsWith('run-event'))).toEqual(['run-event: Not confirmed.'])
    expect(told.indexOf('run-event: Not confirmed.')).toBe(told.findIndex((line) => line.startsWith('announced')) - 1)
  })

  test('the explanation works without the run record, and names the requester if there is one', () => {
    const expired = explainMessage(sampleMessage(), undefined).steps.find(({ code }) => code === 'seen')
    expect(expired?.detail).toContain('whose record has expired')
    expect(expired).not.toHaveProperty('at')
    expect(lines({}, run({ trigger: 'request', askedBy: 'ann@example.com' }))[1]).toContain(
      'requested by ann@example.com',
    )
  })

  test('the explanation of a POP3 message contains the UIDL and no arrival time', () => {
    const told = lines({ accountType: 'POP3S', source: { mailboxEpoch: 1, uid: 'abc', listedSize: 2_000 } })
    expect(told[0]).toContain('on the POP3S account with UIDL abc. Its listed size is 2,000 bytes.')
    expect(told[1]).toContain('The server had listed a different size.')
  })
})

describe('the explanation of a message that is not stored', () => {
  test('a message that is not stored is explained from the runs that mention it', () => {
    const event = { at: '2025-07-01T08:53:00.000Z', code: 'too-large', detail: 'It has 200 MB.', messageId: 'm' }
    expect(explainUnstored('m', [run({ events: [event] }), run({ runId: 'r2' })])).toEqual({
      messageId: 'm',
      stored: false,
      summary: 'The message is not stored. It has 200 MB.',
      steps: [
        {
          at: event.at,
          code: 'run-event',
          detail: 'It has 200 MB.',
          runId: '01K0RUN',
          links: { run: '/runs/01K0RUN' },
        },
      ],
      links: { run: '/runs/01K0RUN' },
    })
    expect(explainUnstored('n', [run({ events: [event] })])).toBeUndefined()
  })
})
