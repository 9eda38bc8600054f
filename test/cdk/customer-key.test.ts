import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { postmasterApp } from '../../cdk/postmaster-app.ts'
import { allows } from './allows.ts'
import { type Permission, permissionsByFunction } from './permissions.ts'
import { type Resource, resourcesByPath, synthesised, type Templates } from './synthesised.ts'

const encryptedTypes = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup']

/** S3 cannot write access logs to a bucket whose default encryption uses a KMS key. */
const accessLogs = 'RawMail/AccessLogs/Bucket'

let templates: Templates
let permissions: Map<string, Permission[]>
let withoutContext: Templates

beforeAll(() => {
  templates = synthesised({ customerKey: 'all' })
  permissions = permissionsByFunction(templates)
  withoutContext = synthesised()
}, 60_000)

const encrypted = ({ stateful, collector }: Templates): Resource[] =>
  encryptedTypes
    .flatMap((type) => [stateful, collector].flatMap((template) => [...resourcesByPath(template, type)]))
    .filter(([path]) => path !== accessLogs)
    .map(([, resource]) => resource)
const keyUses = (name: string) => (permissions.get(name) ?? []).filter(({ action }) => action.startsWith('kms:'))

/** Whether the function may use the key through the service for the resource in the encryption context. */
const may = (name: string, action: string, service: string, context: Record<string, string>) =>
  allows(permissions.get(name) ?? [], {
    action: `kms:${action}`,
    resource: 'EncryptionKey/Key',
    keys: {
      'kms:ViaService': `${service}.<AWS::Region>.amazonaws.com`,
      ...Object.fromEntries(Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
    },
  })
const ofTable = (name: string) => ({ 'aws:dynamodb:tableName': `item 1 of / in Tables/${name}` })
const ofSecret = (name: string) => ({
  SecretARN: `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:postmaster/${name}`,
})

describe('without the context customerKey', () => {
  it('without customerKey, tables, raw mail, queues and logs use AWS-managed keys', () => {
    const resources = encrypted(withoutContext)
    expect(resources.length).toBeGreaterThan(20)
    for (const { Properties } of resources) expect(JSON.stringify(Properties)).not.toContain('EncryptionKey')
  })

  it('without customerKey, no function receives a key for new secrets', () => {
    const functions = withoutContext.collector.findResources('AWS::Lambda::Function')
    expect(JSON.stringify(functions)).not.toContain('SECRET_KEY_ARN')
  })
})

describe('with the context customerKey=all', () => {
  it('with customerKey=all, every table, queue and log group and the raw mail use the same key', () => {
    const resources = encrypted(templates)
    expect(resources).toHaveLength(encrypted(withoutContext).length)
    for (const { Properties } of resources) expect(JSON.stringify(Properties)).toContain('EncryptionKey')
    templates.stateful.resourceCountIs('AWS::KMS::Key', 1)
    templates.collector.resourceCountIs('AWS::KMS::Key', 0)
  })

  it('with customerKey=all, raw mail uses a bucket key, so that not every message needs a KMS request', () => {
    templates.stateful.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      },
    })
  })

  it('with customerKey=all, the access logs still use a key of S3, because S3 could not write them otherwise', () => {
    const { Properties } = resourcesByPath(templates.stateful, 'AWS::S3::Bucket').get(accessLogs) ?? {}
    expect(Properties?.BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    })
  })

  it('with customerKey=all, no queue requests two kinds of encryption', () => {
    for (const { Properties } of resourcesByPath(templates.collector, 'AWS::SQS::Queue').values()) {
      expect(Properties.KmsMasterKeyId).toBeDefined()
      expect(Properties.SqsManagedSseEnabled).toBeUndefined()
    }
  })

  it('CloudWatch Logs may use the key only for the collector stack’s log groups', () => {
    templates.stateful.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
            Condition: {
              ArnLike: {
                'kms:EncryptionContext:aws:logs:arn': [
                  ':log-group:PostmasterCollector-*',
                  ':log-group:/aws/vendedlogs/PostmasterCollector/api-access',
                ].map((end) => ({ 'Fn::Join': ['', Match.arrayWith([end])] })),
              },
            },
          }),
        ]),
      },
    })
  })

  it.each([
    ['EventBridge', 'events.amazonaws.com'],
    ['SNS', 'sns.amazonaws.com'],
  ])('%s may use the key only for the collector stack’s queues', (_, service) => {
    templates.stateful.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: service },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'kms:EncryptionContext:aws:sqs:arn': {
                  'Fn::Join': ['', Match.arrayWith([':PostmasterCollector-*'])],
                },
              },
            },
          }),
        ]),
      },
    })
    expect(JSON.stringify(withoutContext.stateful.toJSON())).not.toContain(service)
  })

  it('with customerKey=all, the functions that create secrets receive the key', () => {
    const told = [...resourcesByPath(templates.collector, 'AWS::Lambda::Function')]
      .filter(([, { Properties }]) => JSON.stringify(Properties.Environment).includes('SECRET_KEY_ARN'))
      .map(([path]) => path)
    expect(told.sort()).toEqual(['Api/Accounts', 'Api/Destinations', 'Api/Oauth2'])
  })

  it('a function may use the key exactly for the tables that it may use', () => {
    const tables = [...resourcesByPath(templates.stateful, 'AWS::DynamoDB::Table').keys()]
    for (const [name, held] of permissions)
      for (const path of tables) {
        const uses = held.some(
          ({ action, resource }) => action.startsWith('dynamodb:') && `${resource}/`.startsWith(`${path}/`),
        )
        expect(may(name, 'Decrypt', 'dynamodb', ofTable(path.replace('Tables/', ''))), `${name} and ${path}`).toBe(uses)
      }
  })

  it('a function may use the key for raw mail, jobs and secrets exactly as it may use these', () => {
    const needs: Readonly<Record<string, readonly [service: string, context: string, action: string]>> = {
      's3:GetObject': ['s3', 'aws:s3:arn', 'Decrypt'],
      's3:PutObject': ['s3', 'aws:s3:arn', 'GenerateDataKey'],
      'sqs:ReceiveMessage': ['sqs', 'aws:sqs:arn', 'Decrypt'],
      'sqs:SendMessage': ['sqs', 'aws:sqs:arn', 'GenerateDataKey'],
      'secretsmanager:GetSecretValue': ['secretsmanager', 'SecretARN', 'Decrypt'],
      'secretsmanager:CreateSecret': ['secretsmanager', 'SecretARN', 'GenerateDataKey'],
      'secretsmanager:PutSecretValue': ['secretsmanager', 'SecretARN', 'GenerateDataKey'],
    }
    let checked = 0
    for (const [name, held] of permissions)
      for (const { action, resource } of held) {
        const need = needs[action]
        if (need === undefined) continue
        checked += 1
        const [service, context, keyAction] = need
        const whole = service === 's3' ? 'RawMail/Bucket' : resource.replace('/*', '/one-A1b2C3')
        expect(may(name, keyAction, service, { [context]: whole }), `${name}: ${action} on ${resource}`).toBe(true)
      }
    expect(checked).toBeGreaterThan(15)
  })

  it('a function may not use the key for content that it cannot access', () => {
    expect(keyUses('Api/Docs')).toEqual([])
    // For its tables, the queue of failed events, and the notices.
    expect(keyUses('SecretSweep/Function').filter(({ action }) => action === 'kms:GenerateDataKey')).toHaveLength(3)
    expect(may('SecretSweep/Function', 'GenerateDataKey', 'sqs', { 'aws:sqs:arn': 'FetchQueue/Jobs' })).toBe(false)
    expect(may('SecretSweep/Function', 'Decrypt', 'secretsmanager', ofSecret('account/a-A1b2C3'))).toBe(false)
    expect(may('Fetching/Function', 'Decrypt', 'secretsmanager', ofSecret('account/a-A1b2C3'))).toBe(true)
    expect(may('Fetching/Function', 'GenerateDataKey', 'secretsmanager', ofSecret('account/a-A1b2C3'))).toBe(false)
    expect(may('Fetching/Function', 'Decrypt', 's3', ofSecret('account/a-A1b2C3'))).toBe(false)
    expect(may('Api/Oauth2', 'GenerateDataKey', 'secretsmanager', ofSecret('account/a-A1b2C3'))).toBe(false)
    expect(may('Api/Oauth2', 'GenerateDataKey', 'secretsmanager', ofSecret('profile/p-A1b2C3'))).toBe(true)
    expect(may('Api/Messages', 'GenerateDataKey', 's3', { 'aws:s3:arn': 'RawMail/Bucket' })).toBe(false)
    expect(may('Api/Runs', 'Decrypt', 's3', { 'aws:s3:arn': 'RawMail/Bucket' })).toBe(false)
  })

  it('every use of the key is bound to a service or to an encryption context', () => {
    for (const [name, held] of permissions)
      for (const { action, condition = {} } of held.filter((one) => one.action.startsWith('kms:')))
        expect(JSON.stringify(condition), `${name}: ${action}`).toMatch(/kms:ViaService|kms:EncryptionContext/)
  })

  it('the stacks with customerKey=all pass the cdk-nag checks', { timeout: 60_000 }, () => {
    const outdir = mkdtempSync(join(tmpdir(), 'postmaster-customer-key-'))
    try {
      const { app } = postmasterApp({
        outdir,
        builtinCloudFormationValidation: false,
        context: { 'aws:cdk:bundling-stacks': [], customerKey: 'all' },
      })
      expect(() => app.synth()).not.toThrow()
    } finally {
      rmSync(outdir, { recursive: true, force: true })
    }
  })
})
