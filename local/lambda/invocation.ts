import * as z from 'zod'
import type { FailureStatus } from '../common/local-event.ts'

/** One event on its way through a function. */
export interface Invocation {
  readonly requestId: string
  readonly payload: string
  readonly deadline: number
  readonly functionArn: string
}

/** How an invocation ended. */
export type InvocationOutcome =
  | { readonly status: 'ok'; readonly payload: unknown }
  | { readonly status: FailureStatus; readonly errorType: string; readonly message: string }

/** Lambda: a request and a response have at most 6 MiB, and a little for the envelope. */
export const payloadLimit = 6_291_556

const runtimeErrorSchema = z.object({ errorType: z.string().default('Error'), errorMessage: z.string().default('') })

export function handlerError(body: string): InvocationOutcome {
  const parsed = runtimeErrorSchema.safeParse(parseJson(body))
  if (!parsed.success)
    return { status: 'error', errorType: 'Unknown', message: 'The function reported an error that is not JSON.' }
  return { status: 'error', errorType: parsed.data.errorType, message: parsed.data.errorMessage }
}

export function handlerResponse(body: string): InvocationOutcome {
  if (Buffer.byteLength(body) > payloadLimit) {
    const message = `Response payload size exceeded maximum allowed payload size (${payloadLimit} bytes).`
    return { status: 'error', errorType: 'Function.ResponseSizeTooLarge', message }
  }
  return { status: 'ok', payload: parseJson(body) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
