import { Logger } from '@aws-lambda-powertools/logger'
import { invocationFields } from './invocation.ts'

/**
 * Accepts only plain values, so that an event, a body or a foreign error object cannot be logged as a whole by
 * accident.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/**
 * Writes JSON lines to stdout. Each line names the invocation and, in the API, the request. Lambda's own logging settings
 * determine the level.
 */
export const openLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service })
  return {
    info: (message, fields = {}) => logger.info(message, { ...invocationFields(), ...fields }),
    warn: (message, fields = {}) => logger.warn(message, { ...invocationFields(), ...fields }),
    error: (message, fields = {}) => logger.error(message, { ...invocationFields(), ...fields }),
  }
}

/**
 * The fields of an unexpected error that may be logged: its class, its code, the class of its cause, and where it was
 * thrown. The message is omitted, because it may quote a request, a row or a server, and therefore a secret.
 */
export const safeFieldsOf = (error: unknown): LogFields => {
  if (!(error instanceof Error)) return { name: typeof error }
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' && { errorCode: error.code }),
    ...(error.cause instanceof Error && { causedBy: error.cause.name }),
    thrownAt: (error.stack ?? '')
      .split('\n')
      .filter((line) => stackFrame.test(line))
      .slice(0, 8)
      .map((line) => line.trim())
      .join(' | '),
  }
}

const stackFrame = /^ {4}at .+:\d+:\d+\)?$/
