import { Logger } from '@aws-lambda-powertools/logger'

/** Only plain values: an event, a body or a foreign error object does not fit, and so cannot be logged whole by accident. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** JSON lines on stdout. The level comes from Lambda's own logging settings. */
export const openLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service })
  return {
    info: (message, fields = {}) => logger.info(message, { ...fields }),
    warn: (message, fields = {}) => logger.warn(message, { ...fields }),
    error: (message, fields = {}) => logger.error(message, { ...fields }),
  }
}

/**
 * What may be told of an error nobody expected: its class, its code, the class of its cause, and where it was thrown. Its message may quote
 * a request, a row or a server, and with it a secret, so the message stays behind.
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
