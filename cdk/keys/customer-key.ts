import { Fn, type Stack } from 'aws-cdk-lib'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Key } from 'aws-cdk-lib/aws-kms'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import type { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { CfnQueue } from 'aws-cdk-lib/aws-sqs'
import { acceptsKmsKey } from '../access-logs.ts'
import { CollectorFunction } from '../collector-function.ts'
import { accessLogNameOf, namesBeginWith } from '../deployment-names.ts'

export interface CustomerKeyProps {
  readonly key: Key
  readonly stateful: Stack
  readonly collector: Stack
}

/**
 * Encrypts the tables, the raw mail, the queues, the logs and the secrets with the customer-managed key if the deployer
 * requests it. A function that may use one of these resources may also use the key, but only through the resource's
 * service and only for that resource. Call this after everything else has been added to the stacks.
 */
export const encryptWithCustomerKey = ({ key, stateful, collector }: CustomerKeyProps): void => {
  for (const construct of [...stateful.node.findAll(), ...collector.node.findAll()]) {
    if (construct instanceof CfnTable)
      construct.sseSpecification = { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: key.keyArn }
    if (acceptsKmsKey(construct)) construct.bucketEncryption = bucketEncryption(key)
    if (construct instanceof CfnQueue) {
      construct.kmsMasterKeyId = key.keyArn
      construct.addPropertyDeletionOverride('SqsManagedSseEnabled')
    }
    if (construct instanceof CfnLogGroup) construct.kmsKeyId = key.keyArn
    if (construct instanceof CollectorFunction) grantKey(construct, key)
  }
  letLogsEncrypt(key, collector)
  letServiceEncrypt(key, collector, { sid: 'EventsMayEncrypt', principal: 'events.amazonaws.com' })
  letServiceEncrypt(key, collector, { sid: 'TopicsMayEncrypt', principal: 'sns.amazonaws.com' })
}

/** With a bucket key, S3 needs only one request to KMS for many objects. */
const bucketEncryption = (key: Key): CfnBucket.BucketEncryptionProperty => ({
  serverSideEncryptionConfiguration: [
    {
      bucketKeyEnabled: true,
      serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.keyArn },
    },
  ],
})

interface KeyUse {
  readonly actions: readonly string[]
  /** The key of the encryption context that the service sends to KMS. */
  readonly context: string
  /** The resource that is encrypted as a whole: an object's bucket or an index's table. */
  readonly wholeOf: (resource: string) => string
  /** The values of the encryption context for it. */
  readonly valuesOf: (whole: string) => string[]
}

const reading = ['kms:Decrypt']
/**
 * Writing requires Decrypt because services decrypt cached data keys again, and also the data key of a multipart
 * upload.
 */
const writing = ['kms:GenerateDataKey', 'kms:Decrypt']

const itself = { wholeOf: (resource: string) => resource, valuesOf: (whole: string) => [whole] }
const messages = { ...itself, context: 'aws:sqs:arn' }
const secrets = { ...itself, context: 'SecretARN' }
const objects = {
  context: 'aws:s3:arn',
  wholeOf: (resource: string) => resource.split('/')[0] ?? resource,
  // S3 sends the bucket's ARN if a bucket key is used, and otherwise the object's ARN.
  valuesOf: (whole: string) => [whole, `${whole}/*`],
}
/** DynamoDB requires these actions for every use of a table with a customer-managed key. */
const rows = {
  actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'],
  context: 'aws:dynamodb:tableName',
  wholeOf: (resource: string) => resource.split('/index/')[0] ?? resource,
  // In a table's ARN, the name follows the slash.
  valuesOf: (whole: string) => [Fn.select(1, Fn.split('/', whole))],
}

/** The key uses by IAM action. Actions that are missing here do not access content. */
const uses: Readonly<Record<string, KeyUse>> = {
  's3:GetObject': { ...objects, actions: reading },
  's3:PutObject': { ...objects, actions: writing },
  'sqs:SendMessage': { ...messages, actions: writing },
  'sqs:ReceiveMessage': { ...messages, actions: reading },
  'secretsmanager:GetSecretValue': { ...secrets, actions: reading },
  'secretsmanager:CreateSecret': { ...secrets, actions: writing },
  'secretsmanager:PutSecretValue': { ...secrets, actions: writing },
  'dynamodb:GetItem': rows,
  'dynamodb:BatchGetItem': rows,
  'dynamodb:Query': rows,
  'dynamodb:Scan': rows,
  'dynamodb:PutItem': rows,
  'dynamodb:UpdateItem': rows,
  'dynamodb:DeleteItem': rows,
  'dynamodb:BatchWriteItem': rows,
}

/**
 * Adds one statement for each service whose content the function may use, and passes the key to functions that create
 * secrets.
 */
const grantKey = (fn: CollectorFunction, key: Key): void => {
  const services = new Map<string, { actions: Set<string>; use: KeyUse; wholes: Set<string> }>()
  for (const { actions, resources } of fn.permissions)
    for (const action of actions) {
      const use = uses[action]
      if (use === undefined) continue
      const [service = ''] = action.split(':')
      const granted = services.get(service) ?? { actions: new Set(), use, wholes: new Set() }
      for (const one of use.actions) granted.actions.add(one)
      for (const one of resources) granted.wholes.add(use.wholeOf(one))
      services.set(service, granted)
    }
  for (const [service, { actions, use, wholes }] of services)
    fn.mayWhen(
      {
        StringEquals: { 'kms:ViaService': viaService(fn, service) },
        StringLike: { [`kms:EncryptionContext:${use.context}`]: [...wholes].flatMap(use.valuesOf) },
      },
      [...actions],
      key.keyArn,
    )
  // DescribeKey returns the key's state and does not have an encryption context.
  if (services.has('dynamodb'))
    fn.mayWhen({ StringEquals: { 'kms:ViaService': viaService(fn, 'dynamodb') } }, ['kms:DescribeKey'], key.keyArn)
  if (services.get('secretsmanager')?.actions.has('kms:GenerateDataKey'))
    fn.addEnvironment('SECRET_KEY_ARN', key.keyArn)
}

const viaService = (fn: CollectorFunction, service: string): string => `${service}.${fn.stack.region}.amazonaws.com`

/**
 * CloudWatch Logs does not use one of the stack's roles, so the key policy allows it. The policy is limited to the
 * collector stack's log groups.
 */
const letLogsEncrypt = (key: Key, { partition, region, account, stackName }: Stack): void => {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogsMayEncrypt',
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      // In a key policy, `*` means this key.
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': [`${namesBeginWith(stackName)}*`, accessLogNameOf(stackName)].map(
            (name) => `arn:${partition}:logs:${region}:${account}:log-group:${name}`,
          ),
        },
      },
    }),
  )
}

/**
 * EventBridge sends undeliverable events to a queue of the collector stack, and SNS sends announcements. They do not use
 * one of the stack's roles, so the key policy allows them.
 */
const letServiceEncrypt = (
  key: Key,
  { partition, region, account, stackName }: Stack,
  { sid, principal }: { readonly sid: string; readonly principal: string },
): void => {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal(principal)],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      // In a key policy, `*` means this key.
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: {
          'kms:EncryptionContext:aws:sqs:arn': `arn:${partition}:sqs:${region}:${account}:${namesBeginWith(stackName)}*`,
        },
      },
    }),
  )
}
