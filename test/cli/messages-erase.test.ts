import { describe, expect, it } from 'vitest'
import { hasPseudoTerminal, spawnCli } from './run-cli.ts'
import { type Answer, type Asked, scriptedApi } from './scripted-api.ts'

const answerOf = (more: { matching: number; erased?: number; left?: number; refused?: object[] }): Answer => ({
  body: { erased: 0, left: more.matching, refused: [], ...more },
})
const problem: Answer = {
  status: 409,
  body: {
    ...{
      type: 'urn:postmaster:problem:count-differs',
      title: 'The number differs',
      status: 409,
      instance: '/messages',
    },
    ...{ code: 'count-differs', detail: '4 messages match, but the request expects 3.', remedy: 'Count again.' },
  },
}
const bodies = (asked: readonly Asked[]) => asked.map(({ body }) => body)

describe('postmaster messages erase', () => {
  it('messages are counted first, and erased with this number until none is left, with the progress', async () => {
    const answers = [
      answerOf({ matching: 900 }),
      answerOf({ matching: 900, erased: 400, left: 500 }),
      answerOf({ matching: 500, erased: 500, left: 0 }),
    ]
    await using api = await scriptedApi((_asked, count) => answers[count - 1] ?? {})
    const result = await api.cli(
      'messages',
      'erase',
      '--account',
      '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
      '--from',
      '2025-01-01',
      '--yes',
    )
    expect(result).toEqual({ code: 0, err: '400 of 900\n', out: '900 of 900 messages are erased.\n' })
    const filters = { accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC', from: '2025-01-01' }
    expect(bodies(api.asked)).toEqual([filters, { ...filters, expected: 900 }, { ...filters, expected: 500 }])
  })

  it('nothing is asked or erased if no message matches', async () => {
    await using api = await scriptedApi(() => answerOf({ matching: 0 }))
    expect(await api.cli('messages', 'erase', '--run', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN')).toMatchObject({
      code: 0,
      out: 'No messages match.\n',
    })
    expect(api.asked).toHaveLength(1)
  })

  it('messages that cannot be erased now are named, and the command fails', async () => {
    const refused = [
      { messageId: '5f3a', code: 'message-under-way', detail: 'The message is not announced yet.', erased: false },
    ]
    await using api = await scriptedApi((_asked, count) =>
      count === 1
        ? answerOf({ matching: 2 })
        : answerOf({ matching: count === 2 ? 2 : 1, erased: count === 2 ? 1 : 0, left: 1, refused }),
    )
    const { code, out, err } = await api.cli('messages', 'erase', '--run', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN', '--yes')
    expect(code).toBe(1)
    expect(out).toBe('1 of 2 messages are erased.\n')
    expect(err.split('5f3a: The message is not announced yet.\n')).toHaveLength(2)
    expect(err).toContain('1 message is not erased.')
  })

  it('the command fails and names a message that is erased except for the record of an attempt', async () => {
    const detail = 'The message is erased, but an attempt to hand it over had just begun.'
    const refused = [{ messageId: '5f3a', code: 'delivery-under-way', detail, erased: true }]
    await using api = await scriptedApi((_asked, count) =>
      count === 1 ? answerOf({ matching: 1 }) : answerOf({ matching: 1, erased: 1, left: 0, refused }),
    )
    const { code, out, err } = await api.cli('messages', 'erase', '--run', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN', '--yes')
    expect(code).toBe(1)
    expect(out).toBe('1 of 1 message is erased.\n')
    expect(err).toContain(`5f3a: ${detail}\n`)
    expect(err).toContain('The record of a delivery is left of 5f3a. Erase this message again by id.')
  })

  it('the command reports that the number of messages has changed meanwhile', async () => {
    await using api = await scriptedApi((_asked, count) => (count === 1 ? answerOf({ matching: 3 }) : problem))
    const { code, err } = await api.cli('messages', 'erase', '--run', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN', '--yes')
    expect(code).toBe(1)
    expect(err).toContain('4 messages match, but the request expects 3.')
  })

  it('without a terminal, the command erases nothing unless --yes is passed', async () => {
    await using api = await scriptedApi(() => answerOf({ matching: 3 }))
    const { code, err } = await spawnCli([
      ...['--url', api.url, '--token-file', api.tokenFile, 'messages', 'erase', '--run', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN'],
    ])
    expect(code).toBe(2)
    expect(err).toContain('Pass --yes to continue without confirmation.')
    expect(bodies(api.asked)).toEqual([{ runId: '01JNBZ4ZQ0V7M3T9H2K5W8XRVN' }])
  })

  it.runIf(hasPseudoTerminal)('the question shows the number, and nothing is erased after a no', async () => {
    await using api = await scriptedApi(() => answerOf({ matching: 3 }))
    const { code, out } = await spawnCli(
      ['--url', api.url, '--token-file', api.tokenFile, 'messages', 'erase', '--run', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN'],
      { terminal: true, answers: [{ after: 'cannot be undone', text: 'n\r' }] },
    )
    expect(out).toContain('Erase the content of 3 messages? This cannot be undone.')
    expect(out).toContain('Nothing was erased.')
    expect(code).toBe(1)
    expect(bodies(api.asked)).toEqual([{ runId: '01JNBZ4ZQ0V7M3T9H2K5W8XRVN' }])
  })

  it('ids and filters exclude each other, and one of them is required', async () => {
    await using api = await scriptedApi(() => ({}))
    for (const args of [[], ['5f3a', '--run', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN']])
      expect(await api.cli('messages', 'erase', ...args, '--yes')).toMatchObject({
        code: 2,
        err: expect.stringContaining('Specify either ids of messages, or filters.'),
      })
    expect(api.asked).toEqual([])
  })
})
