import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defaultPort } from '../../cli/login/login.ts'
import { type TableDefinition, tables } from '../../lib/tables/tables.ts'
import { type Resource, resourcesByPath, synthesised, type Templates } from './synthesised.ts'

let templates: Templates

beforeAll(() => {
  templates = synthesised()
})

describe('the tables', () => {
  const definitions: [string, TableDefinition][] = Object.entries(tables)
  const tableOf = (name: string): Resource => {
    const path = `Tables/${name.charAt(0).toUpperCase()}${name.slice(1)}`
    const table = resourcesByPath(templates.stateful, 'AWS::DynamoDB::Table').get(path)
    if (!table) throw new Error(`no table at ${path}`)
    return table
  }

  it('are those the code uses and no others', () => {
    expect(resourcesByPath(templates.stateful, 'AWS::DynamoDB::Table').size).toBe(definitions.length)
  })

  it.each(definitions)(
    '%s is on demand, encrypted, restorable, protected against deletion, and survives the stack',
    (name, { backedUp = true }) => {
      expect(tableOf(name)).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: backedUp },
          SSESpecification: { SSEEnabled: true },
        },
      })
    },
  )

  it('only what must be gone after a while has no backups', () => {
    const transient = definitions.filter(([, { backedUp }]) => backedUp === false)
    expect(transient.map(([name]) => name)).toEqual(['connectionTests', 'consents', 'conversations'])
    for (const [, { timeToLive }] of transient) expect(timeToLive).toBe('expiresAt')
  })

  it.each(definitions)('%s has the keys, indexes and expiry the code expects, and no stream', (name, definition) => {
    const { Properties } = tableOf(name)
    expect(Properties.KeySchema).toEqual([{ AttributeName: definition.partitionKey, KeyType: 'HASH' }])
    expect(Properties.TimeToLiveSpecification).toEqual(
      definition.timeToLive && { AttributeName: definition.timeToLive, Enabled: true },
    )
    expect(Properties.StreamSpecification).toBeUndefined()
    expect(Properties.GlobalSecondaryIndexes ?? []).toEqual(
      Object.entries(definition.indexes).map(([IndexName, { partitionKey, sortKey, projection }]) => ({
        IndexName,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: projection === 'all' ? 'ALL' : 'KEYS_ONLY' },
      })),
    )
  })
})

describe('raw mail', () => {
  const bucket = () => {
    const [only, ...others] = resourcesByPath(templates.stateful, 'AWS::S3::Bucket').values()
    expect(others).toEqual([])
    return only
  }

  it('is encrypted, private, and survives the stack', () => {
    expect(bucket()).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    })
  })

  it('is not reached without TLS', () => {
    templates.stateful.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    })
  })

  it('forgets unfinished uploads and extracted attachments after a day, and messages after a time the deployer chooses', () => {
    expect(bucket()?.Properties.LifecycleConfiguration).toEqual({
      Rules: [
        {
          Id: 'abort-unfinished-uploads',
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
        { Id: 'retention', Status: 'Enabled', ExpirationInDays: { Ref: 'RawRetentionDays' } },
        { Id: 'views', Status: 'Enabled', Prefix: 'views/', ExpirationInDays: 1 },
      ],
    })
    templates.stateful.hasParameter('RawRetentionDays', { Type: 'Number', MinValue: 1 })
  })
})

const keyArn = () => ({ 'Fn::GetAtt': [Object.keys(templates.stateful.findResources('AWS::KMS::Key'))[0], 'Arn'] })
const accountRoot = {
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']],
}
const topicPolicySchema = z.object({ Statement: z.array(z.unknown()) })
const topicPolicyOf = (name: string): unknown[] => {
  const policy = resourcesByPath(templates.stateful, 'AWS::SNS::TopicPolicy').get(`${name}/Topic/Policy`)
  return topicPolicySchema.parse(policy?.Properties.PolicyDocument).Statement
}

describe.each([
  ['Announcements', 'AnnouncementTopicArn'],
  ['Notices', 'NoticesTopicArn'],
])('the topic of %s', (name, output) => {
  it('is encrypted, survives the stack and takes nothing without TLS', () => {
    const topic = resourcesByPath(templates.stateful, 'AWS::SNS::Topic').get(`${name}/Topic`)
    expect(topic).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(topic?.Properties.KmsMasterKeyId).toEqual(keyArn())
    expect(topicPolicyOf(name)[0]).toMatchObject({
      Effect: 'Deny',
      Action: 'sns:Publish',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
    templates.stateful.hasOutput(output, {})
  })
})

describe('the encryption key', () => {
  it('rotates, outlives the stack, and is the only one', () => {
    const keys = resourcesByPath(templates.stateful, 'AWS::KMS::Key')
    expect([...keys.keys()]).toEqual(['EncryptionKey/Key'])
    expect(keys.get('EncryptionKey/Key')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    })
    expect(resourcesByPath(templates.collector, 'AWS::KMS::Key').size).toBe(0)
    templates.stateful.hasOutput('EncryptionKeyArn', { Value: keyArn() })
  })

  it('has an alias that contains the stack name and is deleted with the stack, so that a second deployment has its own alias', () => {
    templates.stateful.hasResource('AWS::KMS::Alias', {
      DeletionPolicy: Match.absent(),
      Properties: { AliasName: 'alias/PostmasterStateful', TargetKeyId: keyArn() },
    })
  })

  it('allows the account to use it through IAM policies, and CloudWatch alarms of the account only for topics', () => {
    templates.stateful.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: [
          { Effect: 'Allow', Action: 'kms:*', Principal: { AWS: accountRoot }, Resource: '*' },
          {
            Sid: 'AlarmsMayPublish',
            Effect: 'Allow',
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Resource: '*',
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'kms:EncryptionContext:aws:sns:topicArn': {
                  'Fn::Join': [
                    '',
                    [
                      'arn:',
                      { Ref: 'AWS::Partition' },
                      ':sns:',
                      { Ref: 'AWS::Region' },
                      ':',
                      { Ref: 'AWS::AccountId' },
                      ':*',
                    ],
                  ],
                },
              },
            },
          },
        ],
      },
    })
  })

  it('lets alarms of this account publish to the topic of notices, and to no other', () => {
    expect(topicPolicyOf('Notices').slice(1)).toEqual([
      {
        Sid: 'AlarmsMayPublish',
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: {
          Ref: Object.keys(templates.stateful.findResources('AWS::SNS::Topic')).find((id) => id.startsWith('Notices')),
        },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ])
    expect(topicPolicyOf('Announcements').slice(1)).toEqual([])
  })
})

it('no secret belongs to a stack: each is made for an account or a profile at run time', () => {
  for (const template of Object.values(templates))
    expect(resourcesByPath(template, 'AWS::SecretsManager::Secret').size).toBe(0)
})

describe('who signs in', () => {
  it('nobody signs up by themselves, passwords are long, and the users survive the stack', () => {
    templates.stateful.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        DeletionProtection: 'ACTIVE',
        Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 12, RequireSymbols: true }) },
      },
    })
  })

  it('the client has no secret and allows the sign-in that docs/deploying.md describes', () => {
    templates.stateful.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      ExplicitAuthFlows: Match.arrayWith(['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']),
      PreventUserExistenceErrors: 'ENABLED',
    })
  })

  it('the client does not let users change attributes that identify them, including the e-mail address', () => {
    const [client, ...more] = resourcesByPath(templates.stateful, 'AWS::Cognito::UserPoolClient').values()
    expect(more).toEqual([])
    // Cognito takes an absent or empty list for permission to write every standard attribute.
    expect(client?.Properties.WriteAttributes).toEqual(['locale'])
    expect(client?.Properties.ExplicitAuthFlows).not.toContain('ALLOW_CUSTOM_AUTH')
    for (const pool of resourcesByPath(templates.stateful, 'AWS::Cognito::UserPool').values()) {
      // Cognito refuses a client that may not write a required attribute.
      expect(JSON.stringify(pool.Properties.Schema ?? [])).not.toContain('"Required":true')
      expect(pool.Properties.LambdaConfig).toBeUndefined()
    }
    expect(resourcesByPath(templates.stateful, 'AWS::Cognito::UserPoolIdentityProvider').size).toBe(0)
  })

  it('the client lets people sign in where `postmaster login` waits for them, by authorization code alone', () => {
    templates.stateful.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: [`http://localhost:${defaultPort}/callback`],
      SupportedIdentityProviders: ['COGNITO'],
    })
  })

  it('the pages to sign in on have a name of their own in every deployment', () => {
    const [domain, ...more] = resourcesByPath(templates.stateful, 'AWS::Cognito::UserPoolDomain').values()
    expect(more).toEqual([])
    expect(domain?.Properties).toMatchObject({
      Domain: {
        'Fn::Join': ['', ['postmaster-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]],
      },
      ManagedLoginVersion: 1,
    })
    templates.stateful.hasOutput('Issuer', {
      Value: {
        'Fn::Join': ['', ['https://cognito-idp.', { Ref: 'AWS::Region' }, '.amazonaws.com/', Match.anyValue()]],
      },
    })
  })

  it('there is a group of admins and a group of readers', () => {
    const names = [...resourcesByPath(templates.stateful, 'AWS::Cognito::UserPoolGroup').values()].map(
      ({ Properties }) => Properties.GroupName,
    )
    expect(names.sort()).toEqual(['postmaster-admins', 'postmaster-readers'])
  })
})
