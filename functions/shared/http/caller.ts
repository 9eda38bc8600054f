import type { Actor } from '../../../lib/audit/actor.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { cutTo, printable } from '../../../lib/text/printable.ts'
import type { HttpEvent } from './request.ts'
import { type TokenPayload, verifiedPayloadOf } from './verified-token.ts'

export type Role = 'reader' | 'admin'

/** The claim that lists a person's groups, and the groups of readers and admins. */
export interface RoleSettings {
  readonly groupClaim: string
  readonly readerGroup: string
  readonly adminGroup: string
}

/** In characters. `GET /audit?who=` accepts the same length. */
const longestName = 256

/**
 * Identifies the caller. Admins have all permissions of readers.
 * @throws ProblemError `not-signed-in`, `role-missing`
 */
export const callerOf = (event: HttpEvent, needed: Role, settings: RoleSettings): Actor => {
  const payload = verifiedPayloadOf(event)
  const groups = groupsIn(payload[settings.groupClaim])
  const allowed = needed === 'admin' ? [settings.adminGroup] : [settings.readerGroup, settings.adminGroup]
  if (!allowed.some((group) => groups.includes(group)))
    throw new ProblemError('role-missing', `This request requires membership in the group ${allowed.join(' or ')}.`)
  return { name: nameIn(payload), sub: payload.sub }
}

/**
 * The claim is a list of names, or one name. Whole names are compared, because an issuer may let people choose parts of
 * a name.
 */
const groupsIn = (claim: unknown): unknown[] => (Array.isArray(claim) ? claim : [claim])

/** The issuer vouches only for verified addresses. People can often enter any address in their profile. */
const nameIn = ({ email, email_verified, sub, ...payload }: TokenPayload): string => {
  const vouched = email_verified === true || email_verified === 'true' ? email : undefined
  const names = [vouched, payload.username, payload['cognito:username'], payload.preferred_username]
  return names.map(shown).find((name) => name !== '') ?? sub
}

const shown = (name: unknown): string => (typeof name === 'string' ? cutTo(printable(name), longestName) : '')
