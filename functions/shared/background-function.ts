import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { invocationStart } from './invocation.ts'
import { type Log, safeFieldsOf } from './logger.ts'

/**
 * The middy stack for a function whose caller does not wait for the result (rules, queues). Lambda would write an error
 * that the handler throws into the log as a whole, including everything that its message quotes. This stack logs only
 * the safe fields and throws a neutral error, which marks the invocation as failed.
 */
export const backgroundFunction = <Event, Answer>(
  log: Log,
  handler: (event: Event, context: Context) => Promise<Answer>,
) =>
  middy<Event, Answer>()
    .use(invocationStart)
    .onError((request) => {
      log.error('the invocation failed', safeFieldsOf(request.error))
      request.error = new Error('The invocation failed. The previous log line contains the reason.')
    })
    .handler(handler)
