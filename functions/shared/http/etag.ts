import type { ExpectedVersion } from '../../../lib/changes/expected-version.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { invalidRequest } from '../../../lib/requests/parse-request.ts'
import type { HttpEvent } from './request.ts'

/** A strong entity tag (RFC 9110 section 8.8.3). */
export const etagOf = (version: number): string => `"${version}"`

/**
 * @throws ProblemError `version-required` without If-Match; `invalid-request` if it is neither one of our tags nor `*`
 */
export const expectedVersionOf = (headers: HttpEvent['headers']): ExpectedVersion => {
  const value = headers['if-match']?.trim()
  if (!value) throw new ProblemError('version-required', 'The request has no If-Match header.')
  if (value === '*') return 'any'
  const version = /^"([1-9]\d{0,14})"$/.exec(value)?.[1]
  if (!version)
    throw invalidRequest([
      { path: 'If-Match', message: 'must be `*` or one ETag from a previous response, for example `"3"`' },
    ])
  return Number(version)
}
