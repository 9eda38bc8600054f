import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { type Log, safeFieldsOf } from './logger.ts'

/**
 * The middy stack of a function nobody waits for (rules, queues). Lambda writes an escaping error into the log whole, whatever it
 * quotes; here only its safe fields are logged, and a neutral error tells Lambda that the invocation failed.
 */
export const backgroundFunction = <Event, Answer>(
  log: Log,
  handler: (event: Event, context: Context) => Promise<Answer>,
) =>
  middy<Event, Answer>()
    .onError((request) => {
      log.error('the invocation failed', safeFieldsOf(request.error))
      request.error = new Error('The invocation failed; the reason is in the log line before this one.')
    })
    .handler(handler)
