import { ProblemError } from '../../../lib/problems/problem.ts'
import type { HttpEvent } from './http-event.ts'

export type Role = 'reader' | 'admin'

/** Which JWT claim lists a person's groups, and which groups make a reader and an admin. */
export interface RoleSettings {
  readonly groupClaim: string
  readonly readerGroup: string
  readonly adminGroup: string
}

export interface Caller {
  readonly subject: string
  /** For createdBy and changedBy: e-mail address, else user name, else subject. */
  readonly name: string
}

/** An admin may do what a reader may. @throws ProblemError `not-signed-in`, `role-missing` */
export const callerOf = (event: HttpEvent, needed: Role, settings: RoleSettings): Caller => {
  const claims = event.requestContext.authorizer?.jwt?.claims
  if (!claims) throw new ProblemError('not-signed-in', 'The request carries no verified token.')
  const groups = groupsOf(claims[settings.groupClaim])
  const allowed = needed === 'admin' ? [settings.adminGroup] : [settings.readerGroup, settings.adminGroup]
  if (!allowed.some((group) => groups.includes(group)))
    throw new ProblemError('role-missing', `This needs membership in the group ${allowed.join(' or ')}.`)
  const texts = (...names: string[]) =>
    names.map((name) => claims[name]).find((value) => typeof value === 'string' && value !== '')
  const subject = String(texts('sub') ?? 'unknown')
  return { subject, name: String(texts('email', 'username', 'cognito:username', 'preferred_username') ?? subject) }
}

/**
 * An HTTP API hands a list claim over as the string `[a b]`; other issuers and the local run send `a`, `a b` or a real list.
 * Group names with spaces cannot be told apart there, and Cognito does not allow them.
 */
const groupsOf = (claim: unknown): string[] => {
  if (Array.isArray(claim)) return claim.map(String)
  if (typeof claim !== 'string') return []
  return claim
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/[\s,]+/)
    .filter((group) => group !== '')
}
