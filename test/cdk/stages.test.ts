import { beforeAll, describe, expect, it } from 'vitest'
import { type Resource, synthesised, type Templates } from './synthesised.ts'

/** The default deployment, and pairs of stages of which one begins with the other, up to the longest stage. */
const stages = ['', 'test', 'test-2', 'a-stage-with-1745', 'a-stage-with-174'] as const
const pairs = stages.flatMap((one) => stages.filter((other) => other !== one).map((other) => [one, other] as const))

/** Names inside something whose own name differs: a role, the gateway, the user pool and the namespace of the metrics. */
const innerNames = ['PolicyName', 'StageName', 'GroupName', 'MetricName']
const innerTypes = ['AWS::ApiGatewayV2::Authorizer']

interface Deployment {
  readonly exports: readonly string[]
  /** Every name in the templates. */
  readonly names: readonly string[]
  /** The ARNs of all resources with the names that CloudFormation generates, and of secrets that functions create. */
  readonly arns: readonly string[]
  /** Every resource and every ARN in the conditions of all policies. */
  readonly patterns: readonly string[]
  readonly tags: readonly unknown[]
}

describe('two deployments in one AWS account and region', () => {
  const deployments = new Map<string, Deployment>()
  const deployment = (stage: string): Deployment => {
    const found = deployments.get(stage)
    if (!found) throw new Error(`${stage} was not synthesised`)
    return found
  }

  beforeAll(() => {
    for (const stage of stages)
      deployments.set(stage, read(synthesised({ ...(stage !== '' && { stage }), customerKey: 'all' })))
  }, 120_000)

  it('the names of a deployment without a stage are those of earlier versions', () => {
    const { exports, names } = deployment('')
    expect(exports).toEqual(expect.arrayContaining(['PostmasterRawMailArn', 'PostmasterDeploymentId']))
    expect(names).toEqual(expect.arrayContaining(['PostmasterStateful', 'PostmasterCollector', 'postmaster']))
  })

  it.each(pairs)('no stack, export or resource of the stage "%s" has the name of one of "%s"', (one, other) => {
    const theirs = new Set([...deployment(other).names, ...deployment(other).exports])
    const shared = [...deployment(one).names, ...deployment(one).exports].filter((name) => theirs.has(name))
    expect(shared).toEqual([])
  })

  it.each(pairs)('no policy of the stage "%s" applies to a resource of "%s"', (one, other) => {
    const { patterns } = deployment(one)
    const matches = patterns.filter((pattern) => deployment(other).arns.some((arn) => expressionOf(pattern).test(arn)))
    expect(matches).toEqual([])
    // Each pattern with a wildcard applies to something of its own deployment, so the comparison above is not vacuous.
    const wild = patterns.filter((pattern) => pattern.includes('*'))
    expect(wild.length).toBeGreaterThan(5)
    const idle = wild.filter((pattern) => !deployment(one).arns.some((arn) => expressionOf(pattern).test(arn)))
    expect(idle).toEqual([])
  })

  it('the resources of a stage have a tag with its name', () => {
    expect(deployment('test').tags).toContainEqual({ Key: 'stage', Value: 'test' })
    expect(JSON.stringify(deployment('').tags)).not.toContain('"stage"')
  })

  it('the name that people see and the metrics contain the stage', () => {
    const { collector } = synthesised({ stage: 'test' })
    collector.hasParameter('DeploymentName', { Default: 'Postmaster test' })
    collector.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: { METRICS_NAMESPACE: 'Postmaster/test' } },
    })
  })

  it.each(['Test', 'te_st', '-test', 'test-', 'te--st', '2nd', '', 'a-stage-with-17456'])(
    'the stage "%s" is refused',
    (stage) => {
      expect(() => synthesised({ stage })).toThrow(/The CDK context is not valid[\s\S]*stage/)
    },
  )
})

const read = (templates: Templates): Deployment => {
  const parts = (['stateful', 'collector'] as const).map((part) => {
    const { Resources, Outputs } = templates[part].toJSON() as {
      Resources: Record<string, Resource>
      Outputs: Record<string, { Export?: { Name: unknown } }>
    }
    return {
      stack: stackOf(Object.values(Resources)),
      resources: Object.entries(Resources),
      outputs: Object.values(Outputs),
    }
  })
  const exports = parts.flatMap(({ outputs }) => outputs.flatMap(({ Export }) => (Export ? [String(Export.Name)] : [])))
  const resources = parts.flatMap(({ stack, resources: own }) => own.map(([id, resource]) => ({ stack, id, resource })))
  const exportedBy = new Map(
    parts.flatMap(({ stack, outputs }) =>
      outputs.flatMap(({ Export, ...output }) =>
        Export ? [[String(Export.Name), { stack, value: 'Value' in output ? output.Value : undefined }] as const] : [],
      ),
    ),
  )
  const resolved = (value: unknown, stack: string): string => {
    if (typeof value === 'string') return value
    if (typeof value !== 'object' || value === null) return String(value)
    const [[operator, operand] = []] = Object.entries(value)
    if (operator === 'Ref' && operand === 'AWS::StackName') return stack
    if (operator === 'Ref' && String(operand).startsWith('AWS::')) return `${operand}`.replaceAll(':', '')
    if (operator === 'Ref') return arnOf(stack, String(operand))
    if (operator === 'Fn::GetAtt') return arnOf(stack, String((operand as unknown[])[0]))
    if (operator === 'Fn::Join')
      return (operand as [string, unknown[]])[1].map((part) => resolved(part, stack)).join('')
    if (operator === 'Fn::ImportValue') {
      const source = exportedBy.get(String(operand))
      if (!source) throw new Error(`nothing exports ${String(operand)}`)
      return resolved(source.value, source.stack)
    }
    return JSON.stringify(value).replaceAll('"AWS::StackId"', `the ID of ${stack}`)
  }
  const patternsIn = (value: unknown, stack: string): string[] => {
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, inner]) =>
      key === 'Resource' || key === 'ArnLike'
        ? arnsIn(inner).map((arn) => resolved(arn, stack))
        : patternsIn(inner, stack),
    )
  }
  return {
    exports,
    names: [
      ...parts.map(({ stack }) => stack),
      ...resources.flatMap(({ stack, resource: { Type, Properties = {} } }) =>
        Object.entries(innerTypes.includes(Type) ? {} : Properties)
          .filter(([key]) => /(^|[a-z])(Name|Domain|Namespace)$/.test(key) && !innerNames.includes(key))
          .map(([, value]) => resolved(value, stack))
          .filter((name) => !name.startsWith('AWS/')),
      ),
    ],
    arns: [
      ...resources.map(({ stack, id }) => arnOf(stack, id)),
      ...resources.flatMap(({ stack, id, resource: { Type } }) => generated(Type, stack, id)),
      ...secretsOf(resources.map(({ resource }) => resource)),
    ],
    patterns: [
      ...new Set(resources.flatMap(({ stack, resource: { Properties } }) => patternsIn(Properties, stack))),
      // ListSecrets has no resources, and in a key policy this is the key itself.
    ].filter((pattern) => pattern !== '*'),
    tags: resources.flatMap(({ resource: { Properties } }) => [Properties?.Tags].flat()),
  }
}

const stackOf = (resources: readonly Resource[]): string =>
  String(resources[0]?.Metadata?.['aws:cdk:path']).split('/')[0] ?? ''

/** An ARN of the resource that contains its stack and its logical ID, and the ARN of something inside it. */
const arnOf = (stack: string, id: string): string => `arn:of:${stack}/${id}`
const inside = (stack: string, id: string): string[] =>
  ['/key', '/views/key', '/copies/key', '/index/by-name', ':*'].map((rest) => `${arnOf(stack, id)}${rest}`)

const place = (service: string) => `arn:AWSPartition:${service}:AWSRegion:AWSAccountId:`

const generated = (type: string, stack: string, id: string): string[] => {
  if (type === 'AWS::SQS::Queue') return [`${place('sqs')}${shortened(stack, id)}`]
  if (type === 'AWS::SNS::Topic') return [`${place('sns')}${stack}-${id}-0123456789AB`]
  if (type === 'AWS::Logs::LogGroup') return [`${place('logs')}log-group:${stack}-${id}-0123456789AB`]
  return inside(stack, id)
}

/** The name of a FIFO queue, shortened as CloudFormation does it: both parts get the same share of 61 characters. */
const shortened = (stack: string, id: string): string => {
  const both = 75 - 13 - 1
  const ofStack = Math.max(Math.floor(both / 2), both - id.length)
  return `${stack.slice(0, ofStack)}-${id.slice(0, both - Math.min(stack.length, ofStack))}-0123456789AB.fifo`
}

const secretsOf = (resources: readonly Resource[]): string[] => {
  const text = JSON.stringify(resources)
  const prefix = /"SECRET_NAME_PREFIX":"([^"]+)"/.exec(text)?.[1]
  if (prefix === undefined) throw new Error('no function has SECRET_NAME_PREFIX')
  return ['account', 'profile', 'destination'].map(
    (kind) => `${place('secretsmanager')}secret:${prefix}${kind}/id-AbCdEf`,
  )
}

/** All texts and references below `Resource` or a condition's operator. */
const arnsIn = (value: unknown): unknown[] => {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(arnsIn)
  if (typeof value !== 'object' || value === null) return []
  const keys = Object.keys(value)
  return keys.some((key) => key === 'Ref' || key.startsWith('Fn::')) ? [value] : Object.values(value).flatMap(arnsIn)
}

const expressionOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
