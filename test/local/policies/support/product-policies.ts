import * as z from 'zod'
import { Deployment } from '../../../../local/assembly/deployment.ts'
import { templateSchema } from '../../../../local/assembly/template.ts'
import type { Surroundings } from '../../../../local/policies/access-request.ts'
import { compilePolicies, resourcePolicies, rolePolicies } from '../../../../local/policies/declared-policies.ts'
import { type Caller, PolicyCheck } from '../../../../local/policies/policy-check.ts'
import { surroundingsOf } from '../../../../local/policies/surroundings.ts'
import { localAccountId, localRegion } from '../../../../local/start-local.ts'
import { synthesised } from '../../../cdk/synthesised.ts'

const nowhere = 'http://127.0.0.1:1'
export const deploymentTag = { 'postmaster:deployment': 'local' }

/**
 * The policies of the product's own templates, without bundles and emulators. Every secret exists and belongs to this
 * deployment, and every object exists.
 */
export const productPolicies = (context?: Record<string, string>) => {
  const templates = synthesised(context)
  const stacks = Object.entries({ PostmasterStateful: templates.stateful, PostmasterCollector: templates.collector })
  const deployment = new Deployment(
    stacks.map(([name, template]) => ({ name, template: templateSchema.parse(template.toJSON()), assets: new Map() })),
    {},
    {
      region: localRegion,
      accountId: localAccountId,
      apiUrl: nowhere,
      endpoints: { sqs: nowhere },
      secretArn: secretArn,
    },
  )
  const callers = deployment.ofType('AWS::Lambda::Function').map(
    (resource): Caller => ({
      id: resource.logicalId,
      name: deployment.physicalId(resource),
      roleArn: z.string().parse(resource.property('Role')),
    }),
  )
  const surroundings: Surroundings = surroundingsOf(
    deployment,
    { region: localRegion, accountId: localAccountId },
    { secret: (id) => ({ arn: secretArn(id), tags: deploymentTag }), hasObject: () => true },
  )
  const documents = {
    rolePolicies: rolePolicies(deployment, new Set(callers.map(({ roleArn }) => roleArn))),
    resourcePolicies: resourcePolicies(deployment),
  }
  const check = new PolicyCheck({
    callers,
    rolePolicies: compilePolicies(documents.rolePolicies),
    resourcePolicies: compilePolicies(documents.resourcePolicies),
    surroundings,
    onEvent: () => undefined,
  })
  return { deployment, callers, surroundings, check, ...documents }
}

const secretArn = (id: string): string =>
  id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${localRegion}:${localAccountId}:secret:${id}-AbCdEf`
