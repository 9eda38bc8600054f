import type { Context } from 'aws-lambda'
import { expect, it } from 'vitest'
import { backgroundFunction } from '../../../functions/shared/background-function.ts'
import { memoryLog } from '../../support/http-event.ts'

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 1_000 } as Context
const told = ({ lines }: ReturnType<typeof memoryLog>) => lines.map((line) => JSON.parse(line))

it('a background function hands event and context on, and its answer back', async () => {
  const log = memoryLog()
  const handler = backgroundFunction(log, async (event: { n: number }, { awsRequestId }) => [event.n, awsRequestId])
  expect(await handler({ n: 1 }, context)).toEqual([1, 'request-1'])
  expect(log.lines).toEqual([])
})

it.each([
  ['an error', Object.assign(new RangeError('the row {password: secret} is wrong'), { code: 'E_ROW' }), 'RangeError'],
  ['no error at all', 'secret', 'string'],
])('of %s that escapes it logs only what is safe, and Lambda hears that it failed', async (_, thrown, name) => {
  const log = memoryLog()
  const handler = backgroundFunction(log, async () => {
    throw thrown
  })
  const failure = await handler({}, context).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(Error)
  expect(`${failure} ${JSON.stringify(failure)} ${(failure as Error).stack} ${(failure as Error).cause}`).not.toContain(
    'secret',
  )
  expect(told(log)).toEqual([expect.objectContaining({ level: 'error', message: 'the invocation failed', name })])
  expect(log.lines.join()).not.toContain('secret')
})
