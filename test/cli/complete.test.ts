import { describe, expect, it } from 'vitest'
import { accountAnswer } from './account-answer.ts'
import { scriptedApi } from './scripted-api.ts'

const messageId = '5f3a9c01b2d4'.padEnd(64, 'f')

describe('what completion scripts list', () => {
  it('accounts are listed by their names, with the host where several have the same name', async () => {
    const items = [
      accountAnswer({ username: 'desk', host: 'a.example' }),
      accountAnswer({ username: 'desk', host: 'b.example' }),
      accountAnswer({ username: 'jane', mailbox: 'sales@example.com', host: 'c\u001b[2J.example' }),
    ]
    await using api = await scriptedApi(() => ({ body: { items } }))
    expect(await api.cli('complete', 'account')).toEqual({
      code: 0,
      err: '',
      out: 'desk@a.example\ta.example\ndesk@b.example\tb.example\nsales@example.com\tc [2J.example\n',
    })
    expect(api.asked.map(({ path }) => path)).toEqual(['/accounts?limit=100'])
  })

  it.each([
    ['queue', { name: 'Customer care' }, 'Customer care\n'],
    ['system-address', { address: 'a@b.example', queueName: 'Sales' }, 'a@b.example\tSales\n'],
    ['message', { messageId, header: { subject: 'Printer' } }, '5f3a9c01b2d4\tPrinter\n'],
    ['entry', { messageId }, '5f3a9c01b2d4\tmessage\n'],
    [
      'delivery',
      { deliveryId: `01JNBZ4ZQ0V7M3T9H2K5W8XDST.${messageId}`, destinationName: 'OTOBO', subject: 'Printer' },
      '5f3a9c01b2d4\tOTOBO: Printer\n',
    ],
  ])('each %s is listed', async (kind, item, expected) => {
    await using api = await scriptedApi(() => ({ body: { items: [item] } }))
    expect((await api.cli('complete', kind)).out).toBe(expected)
  })

  it('an error is not shown, because it would appear in the middle of the typed line', async () => {
    await using api = await scriptedApi(() => ({ status: 401, body: {} }))
    expect(await api.cli('complete', 'run')).toEqual({ code: 0, out: '', err: '' })
  })
})
