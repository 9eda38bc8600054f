import type { AccessRequest } from './access-request.ts'
import type { RequestKeys } from './conditions.ts'
import type { Statement } from './statement.ts'

/** An action and a resource, as written in a policy, that allow a request. */
export interface Grant {
  readonly action: string
  readonly resource: string
}

export type Decision =
  | { readonly allowed: true; readonly grants: readonly Grant[] }
  | { readonly allowed: false; readonly because: string }

export interface Principal {
  readonly roleArn: string
  readonly accountId: string
}

/** The policies that apply to a request. */
export interface Policies {
  /** Those of the caller's role. */
  readonly identity: readonly Statement[]
  /** Those of the resource. */
  readonly resource: readonly Statement[]
}

/**
 * Decides on a request within one account, as IAM does: an explicit deny wins, and without an allow the request is
 * denied. A KMS key is different: the role's policies count only if the key's own policy lets the account use them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export const evaluate = (request: AccessRequest, keys: RequestKeys, by: Principal, policies: Policies): Decision => {
  const { action } = request
  const name = action.toLowerCase()
  const matching = (statements: readonly Statement[]): Match[] =>
    statements.flatMap((statement) => {
      const grants = grantsOf(statement, { name, resource: request.resource }, keys)
      return grants.length === 0 ? [] : [{ statement, grants, principal: includes(statement.principal, by) }]
    })
  const identity = matching(policies.identity)
  const resource = matching(policies.resource).filter(({ principal }) => principal !== 'none')
  const denies = (matches: readonly Match[]): boolean => matches.some(({ statement }) => statement.effect === 'Deny')
  if (denies(identity)) return { allowed: false, because: 'with an explicit deny in an identity-based policy' }
  if (denies(resource)) return { allowed: false, because: 'with an explicit deny in a resource-based policy' }
  // Neither has a deny, so what is left allows the request.
  if (resource.some(({ principal }) => principal === 'caller')) return { allowed: true, grants: [] }
  if (action.startsWith('kms:') && resource.length === 0)
    return { allowed: false, because: `because no resource-based policy allows the ${action} action` }
  if (identity.length > 0) return { allowed: true, grants: identity.flatMap(({ grants }) => grants) }
  return { allowed: false, because: `because no identity-based policy allows the ${action} action` }
}

interface Match {
  readonly statement: Statement
  readonly grants: readonly Grant[]
  readonly principal: ReturnType<typeof includes>
}

const grantsOf = (
  { actions, resources, condition }: Statement,
  { name, resource }: { readonly name: string; readonly resource: string },
  keys: RequestKeys,
): Grant[] => {
  const matching = actions.filter(({ matches }) => matches(name))
  if (matching.length === 0) return []
  const matched = resources.filter(({ matches }) => matches(resource))
  if (matched.length === 0 || !condition(keys)) return []
  return matching.flatMap((one) => matched.map((other) => ({ action: one.text, resource: other.text })))
}

/** An account as a principal does not include its roles. It means that the policies of the roles decide. */
const includes = (principal: unknown, { roleArn, accountId }: Principal): 'caller' | 'account' | 'none' => {
  if (principal === '*') return 'caller'
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return 'none'
  const named = [principal.AWS].flat()
  if (named.includes('*') || named.includes(roleArn)) return 'caller'
  return named.includes(accountId) || named.includes(`arn:aws:iam::${accountId}:root`) ? 'account' : 'none'
}
