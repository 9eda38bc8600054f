import { unsupported } from '../common/errors.ts'

/** How a resource type resolves `Ref` and `Fn::GetAtt`, and whether it has any effect on one machine. */
export interface ResourceKind {
  /**
   * `runs`: an emulator or the runner implements the resource. `enforced`: it belongs to a policy, which the emulators
   * enforce. `idle`: other resources may refer to its name, but it has no local effect.
   */
  readonly handling: 'runs' | 'enforced' | 'idle'
  ref(resource: LocatedResource): string
  readonly attributes: Readonly<Record<string, (resource: LocatedResource) => string>>
}

const named =
  (property: string, limit = 255) =>
  (resource: LocatedResource): string =>
    resource.physicalName(property, limit)

const arn =
  (service: string, resourcePart: (resource: LocatedResource) => string) =>
  (resource: LocatedResource): string =>
    `arn:aws:${service}:${resource.place.region}:${resource.place.accountId}:${resourcePart(resource)}`

const logicalId = (resource: LocatedResource): string => resource.logicalId

const tableArn = arn('dynamodb', (resource) => `table/${named('TableName')(resource)}`)
const table: ResourceKind = {
  handling: 'runs',
  ref: named('TableName'),
  attributes: { Arn: tableArn, TableId: logicalId },
}

export const queueName = (resource: LocatedResource): string => {
  const fifo = String(resource.property('FifoQueue') ?? false) === 'true'
  const declared = resource.property('QueueName')
  // SQS allows names of at most 80 characters, and a FIFO queue's name ends in .fifo.
  if (declared === undefined && fifo) return `${named('QueueName', 75)(resource)}.fifo`
  return named('QueueName', 80)(resource)
}
const queueUrl = (resource: LocatedResource): string =>
  `${resource.place.endpoints.sqs}/${resource.place.accountId}/${queueName(resource)}`

/** S3 allows lowercase names of at most 63 characters. */
const bucketName = (resource: LocatedResource): string =>
  named('BucketName', 63)(resource).toLowerCase().replaceAll('_', '-')

/** Cognito's ids are `<region>_<letters and digits>`. */
const userPoolId = (resource: LocatedResource): string =>
  `${resource.place.region}_${resource.logicalId.replace(/[^0-9a-zA-Z]/g, '')}`
const userPoolProvider = (resource: LocatedResource): string =>
  `cognito-idp.${resource.place.region}.amazonaws.com/${userPoolId(resource)}`

const functionName = named('FunctionName', 64)
const idle = (
  ref: (resource: LocatedResource) => string = logicalId,
  attributes: ResourceKind['attributes'] = {},
): ResourceKind => ({ handling: 'idle', ref, attributes })
const enforced = (
  ref: (resource: LocatedResource) => string = logicalId,
  attributes: ResourceKind['attributes'] = {},
): ResourceKind => ({ handling: 'enforced', ref, attributes })
const runs = (
  ref: (resource: LocatedResource) => string = logicalId,
  attributes: ResourceKind['attributes'] = {},
): ResourceKind => ({ handling: 'runs', ref, attributes })

const kinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': runs(queueUrl, { Arn: arn('sqs', queueName), QueueName: queueName, QueueUrl: queueUrl }),
  'AWS::SNS::Topic': runs(arn('sns', named('TopicName')), {
    TopicArn: arn('sns', named('TopicName')),
    TopicName: named('TopicName'),
  }),
  'AWS::SNS::Subscription': runs(),
  'AWS::S3::Bucket': runs(bucketName, { Arn: (resource) => `arn:aws:s3:::${bucketName(resource)}` }),
  'AWS::SecretsManager::Secret': runs((resource) => resource.place.secretArn(named('Name')(resource)), {
    Id: (resource) => resource.place.secretArn(named('Name')(resource)),
  }),
  'AWS::Lambda::Function': runs(functionName, {
    Arn: arn('lambda', (resource) => `function:${functionName(resource)}`),
  }),
  'AWS::Lambda::EventSourceMapping': runs(),
  'AWS::Lambda::EventInvokeConfig': runs(),
  'AWS::Events::Rule': runs(named('Name', 64), {
    Arn: arn('events', (resource) => `rule/${named('Name', 64)(resource)}`),
  }),
  'AWS::ApiGatewayV2::Api': runs(logicalId, {
    ApiId: logicalId,
    ApiEndpoint: (resource) => resource.place.apiUrl,
  }),
  'AWS::ApiGatewayV2::Stage': runs((resource) => String(resource.property('StageName'))),
  'AWS::ApiGatewayV2::Route': runs(logicalId, { RouteId: logicalId }),
  'AWS::ApiGatewayV2::Integration': runs(logicalId, { IntegrationId: logicalId }),
  'AWS::ApiGatewayV2::Authorizer': runs(logicalId, { AuthorizerId: logicalId }),
  'AWS::Cognito::UserPool': runs(userPoolId, {
    UserPoolId: userPoolId,
    Arn: arn('cognito-idp', (resource) => `userpool/${userPoolId(resource)}`),
    ProviderName: userPoolProvider,
    // An issuer at this address replaces the user pool.
    ProviderURL: (resource) => `${issuersUrl(resource.place)}/${userPoolId(resource)}`,
  }),
  'AWS::Cognito::UserPoolClient': runs((resource) => `local${resource.logicalId.toLowerCase()}`, {
    ClientId: (resource) => `local${resource.logicalId.toLowerCase()}`,
  }),

  'AWS::Cognito::UserPoolGroup': idle(),
  'AWS::Cognito::UserPoolDomain': idle((resource) => String(resource.property('Domain') ?? resource.logicalId)),
  'AWS::Cognito::UserPoolResourceServer': idle((resource) => String(resource.property('Identifier'))),
  'AWS::IAM::Role': enforced(named('RoleName', 64), {
    Arn: (resource) => `arn:aws:iam::${resource.place.accountId}:role/${named('RoleName', 64)(resource)}`,
    RoleId: logicalId,
  }),
  'AWS::IAM::Policy': enforced(),
  'AWS::IAM::ManagedPolicy': enforced(),
  'AWS::KMS::Key': runs(logicalId, { KeyId: logicalId, Arn: arn('kms', (resource) => `key/${resource.logicalId}`) }),
  'AWS::KMS::Alias': idle((resource) => String(resource.property('AliasName'))),
  'AWS::Logs::LogGroup': idle(named('LogGroupName'), {
    Arn: arn('logs', (resource) => `log-group:${named('LogGroupName')(resource)}:*`),
  }),
  'AWS::Logs::MetricFilter': idle(),
  'AWS::Logs::ResourcePolicy': idle(),
  'AWS::Logs::QueryDefinition': idle(),
  'AWS::CloudWatch::Alarm': idle(named('AlarmName'), {
    Arn: arn('cloudwatch', (r) => `alarm:${named('AlarmName')(r)}`),
  }),
  'AWS::CloudWatch::CompositeAlarm': idle(named('AlarmName')),
  'AWS::CloudWatch::Dashboard': idle(named('DashboardName')),
  'AWS::SQS::QueuePolicy': enforced(),
  'AWS::SNS::TopicPolicy': enforced(),
  'AWS::S3::BucketPolicy': enforced(),
  'AWS::SecretsManager::ResourcePolicy': enforced(),
  'AWS::Lambda::Permission': idle(),
  'AWS::CDK::Metadata': idle(),
}

/** The address below which the issuers are that replace Cognito's, on the server of the HTTP API. */
export const issuersUrl = ({ apiUrl }: Pick<Place, 'apiUrl'>): string => `${apiUrl}/local-issuer`

export const kindOf = (type: string): ResourceKind | undefined => (Object.hasOwn(kinds, type) ? kinds[type] : undefined)

export const attributeOf = (kind: ResourceKind, resource: LocatedResource, name: string): string => {
  const attribute = Object.hasOwn(kind.attributes, name) ? kind.attributes[name] : undefined
  if (attribute === undefined) {
    throw unsupported(`The local run does not support the attribute ${name} of ${resource.path} (${resource.type}).`)
  }
  return attribute(resource)
}

/** The region, account and addresses in which the resources appear to be deployed. */
export interface Place {
  readonly region: string
  readonly accountId: string
  readonly apiUrl: string
  readonly endpoints: { readonly sqs: string }
  secretArn(name: string): string
}

/** A resource of a stack, whose references are resolved on demand. */
export interface LocatedResource {
  readonly stackName: string
  readonly logicalId: string
  readonly type: string
  /** `<stack>/<logical id>`, as shown in errors. */
  readonly path: string
  readonly place: Place
  property(name: string): unknown
  /**
   * The declared name, or otherwise `<stack>-<logical id>`. A longer name is cut to `limit` characters but keeps its
   * end, because the id ends in a hash.
   */
  physicalName(property: string, limit: number): string
}
