import type { Context } from 'aws-lambda'
import { expect, it } from 'vitest'
import { backgroundFunction } from '../../../functions/shared/background-function.ts'
import { memoryLog } from '../../support/http-event.ts'

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 1_000 } as Context
const told = ({ lines }: ReturnType<typeof memoryLog>) => lines.map((line) => JSON.parse(line))

it('a background function receives the event and the context, and its result is returned', async () => {
  const log = memoryLog()
  const handler = backgroundFunction(log, async (event: { n: number }, { awsRequestId }) => [event.n, awsRequestId])
  expect(await handler({ n: 1 }, context)).toEqual([1, 'request-1'])
  expect(log.lines).toEqual([])
})

it.each([
  ['an error', Object.assign(new RangeError('the row {password: secret} is wrong'), { code: 'E_ROW' }), 'RangeError'],
  ['a value that is not an error', 'secret', 'string'],
])(
  'when %s escapes a background function, only safe fields are logged, and Lambda receives a failure',
  async (_, thrown, name) => {
    const log = memoryLog()
    const handler = backgroundFunction(log, async () => {
      throw thrown
    })
    const failure = await handler({}, context).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(Error)
    expect(
      `${failure} ${JSON.stringify(failure)} ${(failure as Error).stack} ${(failure as Error).cause}`,
    ).not.toContain('secret')
    expect(told(log)).toEqual([expect.objectContaining({ level: 'error', message: 'the invocation failed', name })])
    expect(log.lines.join()).not.toContain('secret')
  },
)
