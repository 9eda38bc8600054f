import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate'
import type { AccessRequest } from '../../../../local/policies/access-request.ts'
import { commonKeys } from '../../../../local/policies/condition-keys.ts'
import type { PolicyDocument } from '../../../../local/policies/declared-policies.ts'
import type { Caller } from '../../../../local/policies/policy-check.ts'
import type { productPolicies } from './product-policies.ts'

type Product = ReturnType<typeof productPolicies>

/**
 * Decides on a request with an independent implementation of IAM, from the same policies as the local run.
 * @throws Error if it does not know the action, or if the resource has the wrong type
 */
export const judge = async (
  { rolePolicies, resourcePolicies, surroundings }: Product,
  { roleArn }: Caller,
  { action, resource, keys }: AccessRequest,
): Promise<boolean> => {
  const owner = resource.startsWith('arn:aws:s3:::') ? (resource.split('/')[0] ?? '') : resource
  const onResource = (resourcePolicies.get(owner) ?? []).map(statementsOf)
  const context = { ...commonKeys(surroundings, roleArn), ...keys }
  const simulation: Simulation = {
    request: {
      principal: roleArn,
      action,
      resource: { resource, accountId: surroundings.accountId },
      contextVariables: Object.fromEntries(
        Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
      ),
    },
    identityPolicies: (rolePolicies.get(roleArn) ?? []).map(({ where, document }) => ({
      name: where,
      policy: document,
    })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(onResource.length > 0 && {
      resourcePolicy: { Version: '2012-10-17', Statement: onResource.flat() },
    }),
  }
  const outcome = await runSimulation(renamed(simulation), {})
  if (outcome.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(outcome.errors)}`)
  return outcome.overallResult === 'Allowed'
}

const statementsOf = ({ document }: PolicyDocument): unknown[] => {
  const statements = typeof document === 'object' && document !== null && 'Statement' in document && document.Statement
  return Array.isArray(statements) ? statements : []
}

/**
 * The package ignores the values of encryption contexts. It compares the tags of a principal in the same way, so they
 * take the place of the contexts in the policies and in the request.
 */
const renamed = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll('kms:EncryptionContext:', 'aws:PrincipalTag/'))
