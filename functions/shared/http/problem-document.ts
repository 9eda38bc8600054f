import { type ProblemCode, ProblemError, problemCatalogue } from '../../../lib/reasons/problem.ts'
import { type Log, safeFieldsOf } from '../logger.ts'

/** A problem document (RFC 9457). */
export interface ProblemResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Converts any error to a problem document. For an unexpected error, it logs where the error was thrown, and the
 * response contains nothing from the error.
 */
export const problemResponse = (error: unknown, requestId: string, log: Log): ProblemResponse => {
  if (error instanceof ProblemError) {
    log.info('request refused', { code: error.code, requestId })
    return documentOf(error.code, error.message, requestId, error.fields)
  }
  log.error('request failed', { ...safeFieldsOf(error), requestId })
  return documentOf('internal-error', 'The request could not be completed.', requestId, [])
}

const documentOf = (
  code: ProblemCode,
  detail: string,
  instance: string,
  errors: ProblemError['fields'],
): ProblemResponse => {
  const { status, title, remedy } = problemCatalogue[code]
  const document = { type: `urn:postmaster:problem:${code}`, title, status, detail, instance, code, remedy }
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify({ ...document, ...(errors.length > 0 && { errors }) }),
  }
}
