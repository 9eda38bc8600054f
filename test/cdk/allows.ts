import type { AccessRequest } from '../../local/policies/access-request.ts'
import { requestKeys } from '../../local/policies/conditions.ts'
import { evaluate } from '../../local/policies/evaluate.ts'
import { compilePolicy } from '../../local/policies/statement.ts'
import type { Permission } from './permissions.ts'

const Version = '2012-10-17'
const by = { roleArn: 'arn:aws:iam::000000000000:role/of-a-test', accountId: '000000000000' }
/** The key's own policy, see test/cdk/stateful-stack.test.ts: the policies of the roles decide. */
const keyPolicy = compilePolicy(
  { Version, Statement: [{ Effect: 'Allow', Principal: { AWS: by.accountId }, Action: 'kms:*', Resource: '*' }] },
  'the policy of the key',
)

/** Evaluates a request as the local run does. Its resource is a construct path, as in the permissions. */
export const allows = (permissions: readonly Permission[], request: AccessRequest): boolean => {
  const Statement = permissions.map(({ action, resource, condition = {} }) => ({
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    Condition: condition,
  }))
  const identity = compilePolicy({ Version, Statement }, 'the role')
  return evaluate(request, requestKeys(request.keys), by, { identity, resource: keyPolicy }).allowed
}
