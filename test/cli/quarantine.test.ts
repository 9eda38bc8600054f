import { describe, expect, test } from 'vitest'
import type { QuarantineItem } from '../../lib/quarantine/list-quarantine.ts'
import { scriptedApi } from './scripted-api.ts'

const messageId = '5f0c7d3a91b84e26a7f1d09be3c852647d1f6a0b9c3e58d2471fa6b0c9e3d582'
const deliveryId = `01JNBZ4ZQ0V7M3T9H2K5W8XDST.${messageId}`
const at = '2026-03-02T08:10:06.000Z'

const message: QuarantineItem = {
  ...{
    kind: 'message',
    messageId,
    accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
    accountHost: 'mail.example.com',
    accountUsername: 'support@example.com',
  },
  ...{ uid: '4711', size: 200_000_000, state: 'quarantined', firstAt: at, lastAt: at, attempts: [] },
  reason: {
    code: 'too-large',
    detail: 'The message has 200000000 bytes, but the account allows 157286400.',
    remedy: 'Increase the limit.',
  },
}
const delivery: QuarantineItem = {
  ...{
    kind: 'delivery',
    deliveryId,
    destinationId: 'd1',
    messageId,
    state: 'quarantined',
    plannedAt: at,
    changedAt: at,
  },
  ...{ attemptCount: 0, attempts: [], destinationName: 'OTOBO', subject: 'The printer is on fire' },
  reason: { code: 'exit-1', detail: 'The command ended with code 1.', remedy: 'Read its output.' },
}

describe('postmaster quarantine', () => {
  test('quarantine list shows messages and deliveries with reason and remedy on a terminal with 100 columns', async () => {
    await using api = await scriptedApi(() => ({ body: { items: [message, delivery] } }))
    const { out } = await api.terminal(100, 'quarantine', 'list')
    expect(api.asked[0]?.path).toBe('/quarantine?limit=50')
    expect(out).toBe(`\
ID                       SINCE       KIND      ACCOUNT OR DESTINATION  REASON     SUBJECT
5f0c7d3a91b8             2026-03-02  message   support@example.com a…  too-large  UID 4711, 2000000…
  The message has 200000000 bytes, but the account allows 157286400.
  Increase the limit.
01JNBZ4ZQ0.5f0c7d3a91b8  2026-03-02  delivery  OTOBO                   exit-1     The printer is on…
  The command ended with code 1.
  Read its output.
`)
    const { out: piped } = await api.cli('quarantine', 'list')
    expect(piped.split('\n').map((line) => line.split('\t')[0])).toEqual([messageId, deliveryId, ''])
  })

  test('quarantine list says if the quarantine is empty', async () => {
    await using api = await scriptedApi(() => ({ body: { items: [] } }))
    expect(await api.cli('quarantine', 'list')).toMatchObject({
      out: '',
      err: 'There are no messages in the quarantine.\n',
    })
  })

  test('quarantine retry requests a run for a message, and retries a delivery', async () => {
    await using api = await scriptedApi(({ path }) => ({
      body: path.startsWith('/deliveries')
        ? { ...delivery, state: 'pending' }
        : { runs: [{ runId: 'r1', accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC' }] },
    }))
    const { out } = await api.cli('quarantine', 'retry', messageId, deliveryId)
    expect(api.asked.map(({ path }) => path)).toEqual([
      `/quarantine/${messageId}/retry`,
      `/deliveries/${deliveryId}/retry`,
    ])
    expect(out).toContain('postmaster runs show r1')
    expect(out).toContain('The delivery to OTOBO is pending.')
  })

  test('quarantine handle sends the note', async () => {
    const handled = 'Jane marked the message as handled: answered by phone'
    await using api = await scriptedApi(({ path }) => ({
      body: path.startsWith('/deliveries') ? { ...delivery, state: 'handled' } : { ...message, handled },
    }))
    const { out } = await api.cli('quarantine', 'handle', messageId, deliveryId, '--note', 'answered by phone')
    expect(api.asked.map(({ body }) => body)).toEqual([{ note: 'answered by phone' }, { note: 'answered by phone' }])
    expect(out).toContain(`Message 4711 is handled. ${handled}`)
    expect(out).toContain('The delivery to OTOBO is handled.')
  })
})
