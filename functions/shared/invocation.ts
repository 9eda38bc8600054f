import type { MiddlewareObj } from '@middy/core'
import * as z from 'zod'

/** The part of an event of the HTTP API that identifies the request. Other events do not have it. */
const requestSchema = z.object({ requestContext: z.object({ requestId: z.string() }) })

type Fields = Readonly<Record<string, string | boolean>>

let current: Fields = {}
let isColdStart = true

/**
 * The fields that every log line of the current invocation has. They can be kept here because Lambda passes one
 * invocation at a time to a process. Nothing else of the event is kept, so that no line can contain it.
 */
export const invocationFields = (): Fields => current

/** Begins an invocation for the log. */
export const invocationStart: Required<Pick<MiddlewareObj, 'before'>> = {
  before: ({ event, context }) => {
    const request = requestSchema.safeParse(event)
    current = {
      lambdaRequestId: context.awsRequestId,
      ...(request.success && { requestId: request.data.requestContext.requestId }),
      coldStart: isColdStart,
    }
    isColdStart = false
  },
}
