import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import type { LocatedResource } from '../assembly/resource-kinds.ts'
import { compilePolicy, type Statement } from './statement.ts'

const roleSchema = z.object({
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
})
/** A managed policy of AWS is not in the templates, and a boundary would have to be evaluated. Both are refused. */
const idleInRole = ['AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'Path', 'RoleName']
const idleInPolicy = ['PolicyName', 'ManagedPolicyName', 'Description', 'Path', 'Groups', 'Users']
const policySchema = z.object({ PolicyDocument: z.unknown(), Roles: z.array(z.string()).default([]) })

/** A policy document without references. `where` names it in errors. */
export interface PolicyDocument {
  readonly where: string
  readonly document: unknown
}

/** @throws LocalError for an element that the local run does not support */
export const compilePolicies = (
  policies: ReadonlyMap<string, readonly PolicyDocument[]>,
): ReadonlyMap<string, readonly Statement[]> =>
  new Map(
    [...policies].map(([arn, documents]) => [
      arn,
      documents.flatMap(({ document, where }) => compilePolicy(document, where)),
    ]),
  )

/** The policies of each function's role, by the role's ARN. */
export const rolePolicies = (
  deployment: Deployment,
  roleArns: ReadonlySet<string>,
): ReadonlyMap<string, readonly PolicyDocument[]> => {
  const policies = deployment.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').map((resource) => ({
    resource,
    roles: z.array(z.string()).parse(resource.property('Roles') ?? []),
  }))
  return new Map(
    deployment
      .ofType('AWS::IAM::Role')
      .filter((role) => roleArns.has(deployment.attribute(role, 'Arn')))
      .map((role) => {
        const name = deployment.physicalId(role)
        const attached = policies.filter(({ roles }) => roles.includes(name)).map(({ resource }) => resource)
        return [deployment.attribute(role, 'Arn'), documentsOf(deployment, role, attached)]
      }),
  )
}

const documentsOf = (
  deployment: Deployment,
  role: LocatedResource,
  attached: readonly LocatedResource[],
): PolicyDocument[] => [
  ...deployment.read(role, roleSchema, idleInRole).Policies.map(({ PolicyName, PolicyDocument }) => ({
    where: `${role.path}, policy ${PolicyName},`,
    document: PolicyDocument,
  })),
  ...attached.map((resource) => ({
    where: resource.path,
    document: deployment.read(resource, policySchema, idleInPolicy).PolicyDocument,
  })),
]

/** The resource types with a policy, and how each names its resources. */
const attachments: Readonly<
  Record<string, (deployment: Deployment, policy: LocatedResource) => { arns: string[]; document: unknown }>
> = {
  'AWS::S3::BucketPolicy': (deployment, policy) => {
    const declared = deployment.read(policy, z.object({ Bucket: z.string(), PolicyDocument: z.unknown() }))
    return { arns: [`arn:aws:s3:::${declared.Bucket}`], document: declared.PolicyDocument }
  },
  'AWS::SQS::QueuePolicy': (deployment, policy) => {
    const declared = deployment.read(policy, z.object({ Queues: z.array(z.string()), PolicyDocument: z.unknown() }))
    const queues = deployment.ofType('AWS::SQS::Queue')
    const named = queues.filter((queue) => declared.Queues.includes(deployment.physicalId(queue)))
    return { arns: named.map((queue) => deployment.attribute(queue, 'Arn')), document: declared.PolicyDocument }
  },
  'AWS::SNS::TopicPolicy': (deployment, policy) => {
    const declared = deployment.read(policy, z.object({ Topics: z.array(z.string()), PolicyDocument: z.unknown() }))
    return { arns: declared.Topics, document: declared.PolicyDocument }
  },
  'AWS::KMS::Key': (deployment, key) => ({
    arns: [deployment.attribute(key, 'Arn')],
    document: key.property('KeyPolicy') ?? ownersOnly(key),
  }),
  'AWS::SecretsManager::ResourcePolicy': (deployment, policy) => {
    const declared = deployment.read(policy, z.object({ SecretId: z.string(), ResourcePolicy: z.unknown() }), [
      'BlockPublicPolicy',
    ])
    return { arns: [declared.SecretId], document: declared.ResourcePolicy }
  },
}

/** The policy of a key without a declared one: the policies of the account's roles decide. */
const ownersOnly = ({ place }: LocatedResource): unknown => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.accountId}:root` }, Action: 'kms:*', Resource: '*' },
  ],
})

/** The policies of queues, topics, buckets, secrets and keys, by the resource's ARN. */
export const resourcePolicies = (deployment: Deployment): ReadonlyMap<string, readonly PolicyDocument[]> => {
  const policies = new Map<string, PolicyDocument[]>()
  for (const [type, attachment] of Object.entries(attachments))
    for (const policy of deployment.ofType(type)) {
      const { arns, document } = attachment(deployment, policy)
      for (const arn of arns) policies.set(arn, [...(policies.get(arn) ?? []), { where: policy.path, document }])
    }
  return policies
}
