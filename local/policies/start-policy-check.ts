import type { Deployment } from '../assembly/deployment.ts'
import { unsupported } from '../common/errors.ts'
import type { LocalEvent } from '../common/local-event.ts'
import type { Place, Surroundings } from './access-request.ts'
import { compilePolicies, resourcePolicies, rolePolicies } from './declared-policies.ts'
import { type Caller, PolicyCheck } from './policy-check.ts'
import { surroundingsOf } from './surroundings.ts'

/** Reads the policies of the templates. */
export const startPolicyCheck = (
  deployment: Deployment,
  callers: readonly Caller[],
  options: Place &
    Pick<Surroundings, 'secret' | 'hasObject'> & {
      readonly onEvent: (event: LocalEvent) => void
    },
): PolicyCheck => {
  const { region, accountId, secret, hasObject, onEvent } = options
  const roles = rolePolicies(deployment, new Set(callers.map(({ roleArn }) => roleArn)))
  const without = callers.find(({ roleArn }) => !roles.has(roleArn))
  if (without !== undefined)
    throw unsupported(
      `The function ${without.id} has the role ${without.roleArn}, which is not in the templates. The local run evaluates only roles of the templates.`,
    )
  return new PolicyCheck({
    callers,
    rolePolicies: compilePolicies(roles),
    resourcePolicies: compilePolicies(resourcePolicies(deployment)),
    surroundings: surroundingsOf(deployment, { region, accountId }, { secret, hasObject }),
    onEvent,
  })
}
