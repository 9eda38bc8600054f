import * as z from 'zod'
import type { FailureStatus } from '../common/local-event.ts'

/** An event that a function processes. */
export interface Invocation {
  readonly requestId: string
  readonly payload: string
  readonly deadline: number
  readonly functionArn: string
}

/** The result of an invocation. */
export type InvocationOutcome =
  | { readonly status: 'ok'; readonly payload: unknown }
  | { readonly status: FailureStatus; readonly errorType: string; readonly message: string }

/** Lambda limits a request or a response to 6 MiB plus a small envelope. */
export const payloadLimit = 6_291_556

const runtimeErrorSchema = z.object({ errorType: z.string().default('Error'), errorMessage: z.string().default('') })

export const handlerError = (body: string): InvocationOutcome => {
  const parsed = runtimeErrorSchema.safeParse(parseJson(body))
  if (!parsed.success)
    return { status: 'error', errorType: 'Unknown', message: 'The function reported an error that is not JSON.' }
  return { status: 'error', errorType: parsed.data.errorType, message: parsed.data.errorMessage }
}

export const handlerResponse = (body: string): InvocationOutcome => {
  if (Buffer.byteLength(body) > payloadLimit) {
    const message = `Response payload size exceeded maximum allowed payload size (${payloadLimit} bytes).`
    return { status: 'error', errorType: 'Function.ResponseSizeTooLarge', message }
  }
  return { status: 'ok', payload: parseJson(body) }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
