import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defaultPort } from '../../cli/login/login.ts'
import { type TableDefinition, tables } from '../../lib/tables/tables.ts'
import { projectionOf } from '../support/dynamo.ts'
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

  it('the stack contains exactly the tables that the code uses', () => {
    expect(resourcesByPath(templates.stateful, 'AWS::DynamoDB::Table').size).toBe(definitions.length)
  })

  it.each(definitions)(
    'the table %s is on demand, encrypted, restorable, protected against deletion, and survives the stack',
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

  it('only tables with short-lived rows have no backups', () => {
    const transient = definitions.filter(([, { backedUp }]) => backedUp === false)
    expect(transient.map(([name]) => name)).toEqual(['connectionTests', 'consents', 'conversations'])
    for (const [, { timeToLive }] of transient) expect(timeToLive).toBe('expiresAt')
  })

  it.each(definitions)(
    'the table %s has the keys, indexes and expiry that the code expects, and no stream',
    (name, definition) => {
      const { Properties } = tableOf(name)
      expect(Properties.KeySchema).toEqual([
        { AttributeName: definition.partitionKey, KeyType: 'HASH' },
        ...(definition.sortKey === undefined ? [] : [{ AttributeName: definition.sortKey, KeyType: 'RANGE' }]),
      ])
      expect(Properties.TimeToLiveSpecification).toEqual(
        definition.timeToLive && { AttributeName: definition.timeToLive, Enabled: true },
      )
      expect(Properties.StreamSpecification).toBeUndefined()
      expect(Properties.GlobalSecondaryIndexes ?? []).toEqual(
        Object.entries(definition.indexes).map(([IndexName, index]) => ({
          IndexName,
          KeySchema: [
            { AttributeName: index.partitionKey, KeyType: 'HASH' },
            { AttributeName: index.sortKey, KeyType: 'RANGE' },
          ],
          Projection: projectionOf(index),
        })),
      )
    },
  )
})

describe('raw mail', () => {
  const bucket = () => {
    const buckets = resourcesByPath(templates.stateful, 'AWS::S3::Bucket')
    expect([...buckets.keys()]).toEqual(['RawMail/Bucket', 'RawMail/AccessLogs/Bucket'])
    return buckets.get('RawMail/Bucket')
  }

  it('the raw-mail bucket is encrypted and private, and survives the stack', () => {
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

  it('the raw-mail bucket keeps every version of an object', () => {
    expect(bucket()?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' })
  })

  it('the raw-mail bucket refuses writes that could overwrite a message, but not a view or a copy', () => {
    const below = (prefix: string) => ({
      'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^RawMailBucket/), 'Arn'] }, `/${prefix}/*`]],
    })
    const [policy] = Object.values(templates.stateful.findResources('AWS::S3::BucketPolicy'))
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual({
      Sid: 'MessagesAreNotOverwritten',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      NotResource: [below('views'), below('copies')],
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    })
  })

  it('the raw-mail bucket refuses requests without TLS', () => {
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

  it('raw mail that someone received expires after the deployer’s retention, sooner once it is handed over, old versions after 30 days, and unfinished uploads, attachments and copies after a day', () => {
    expect(bucket()?.Properties.LifecycleConfiguration).toEqual({
      Rules: [
        {
          Id: 'abort-unfinished-uploads',
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
        {
          Id: 'retention',
          Status: 'Enabled',
          TagFilters: [{ Key: 'postmaster-received', Value: 'announced' }],
          ExpirationInDays: { Ref: 'RawRetentionDays' },
        },
        {
          Id: 'handed-over',
          Status: 'Enabled',
          TagFilters: [{ Key: 'postmaster-handover', Value: 'ended' }],
          ExpirationInDays: { Ref: 'HandedOverRetentionDays' },
        },
        {
          Id: 'old-versions',
          Status: 'Enabled',
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          ExpiredObjectDeleteMarker: true,
        },
        ...['views', 'copies'].map((id) => ({
          Id: id,
          Status: 'Enabled',
          Prefix: `${id}/`,
          ExpirationInDays: 1,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        })),
      ],
    })
    templates.stateful.hasParameter('RawRetentionDays', { Type: 'Number', MinValue: 1 })
    templates.stateful.hasParameter('HandedOverRetentionDays', { Type: 'Number', Default: 90, MinValue: 1 })
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
])('the topic for %s', (name, output) => {
  it('the topic is encrypted, survives the stack and refuses requests without TLS', () => {
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
  it('the encryption key rotates, survives the stack and is the only one', () => {
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

  it('the encryption key’s alias contains the stack name and is deleted with the stack, so that deployments do not share it', () => {
    templates.stateful.hasResource('AWS::KMS::Alias', {
      DeletionPolicy: Match.absent(),
      Properties: { AliasName: 'alias/PostmasterStateful', TargetKeyId: keyArn() },
    })
  })

  it('the key policy allows use through IAM policies, and by the account’s CloudWatch alarms only for topics, and lets only AWS services create grants', () => {
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
                      ':PostmasterStateful-*',
                    ],
                  ],
                },
              },
            },
          },
          {
            Sid: 'OnlyServicesMayCreateGrants',
            Effect: 'Deny',
            Action: 'kms:CreateGrant',
            Principal: { AWS: '*' },
            Resource: '*',
            Condition: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
          },
        ],
      },
    })
  })

  it('the address in NoticesEmail is subscribed to the notices topic, and no one is without it', () => {
    const subscriptions = Object.values(templates.stateful.findResources('AWS::SNS::Subscription'))
    const [notices] = Object.keys(templates.stateful.findResources('AWS::SNS::Topic')).filter((id) =>
      id.startsWith('Notices'),
    )
    expect(subscriptions).toMatchObject([
      {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: notices }, Protocol: 'email', Endpoint: { Ref: 'NoticesEmail' } },
        Condition: expect.stringContaining('HasEmail'),
      },
    ])
    expect(templates.stateful.toJSON().Conditions[subscriptions[0]?.Condition]).toEqual({
      'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'NoticesEmail' }, ''] }],
    })
    const { AllowedPattern: pattern, Default: initial } = templates.stateful.toJSON().Parameters.NoticesEmail
    const accepts = (email: string) => new RegExp(pattern).test(email)
    expect([initial, accepts(''), accepts('ops@example.com')]).toEqual(['', true, true])
    expect(['ops', 'a@b c@d', 'ops@example.com,x@example.com x'].map(accepts)).toEqual([false, false, false])
  })

  it('the account’s alarms may publish only to the notices topic', () => {
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

it('the stacks contain no secrets, because each is created for an account or a profile at run time', () => {
  for (const template of Object.values(templates))
    expect(resourcesByPath(template, 'AWS::SecretsManager::Secret').size).toBe(0)
})

describe('sign-in', () => {
  it('sign-up is disabled, passwords are long, and the users survive the stack', () => {
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

  it('the client does not let users change attributes that identify them, including the email address', () => {
    const [client, ...more] = resourcesByPath(templates.stateful, 'AWS::Cognito::UserPoolClient').values()
    expect(more).toEqual([])
    // Cognito interprets an absent or empty list as permission to write every standard attribute.
    expect(client?.Properties.WriteAttributes).toEqual(['locale'])
    expect(client?.Properties.ExplicitAuthFlows).not.toContain('ALLOW_CUSTOM_AUTH')
    for (const pool of resourcesByPath(templates.stateful, 'AWS::Cognito::UserPool').values()) {
      // Cognito refuses a client that may not write a required attribute.
      expect(JSON.stringify(pool.Properties.Schema ?? [])).not.toContain('"Required":true')
      expect(pool.Properties.LambdaConfig).toBeUndefined()
    }
    expect(resourcesByPath(templates.stateful, 'AWS::Cognito::UserPoolIdentityProvider').size).toBe(0)
  })

  it('the client allows sign-in at the callback of `postmaster login`, with authorization codes only', () => {
    templates.stateful.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: [`http://localhost:${defaultPort}/callback`],
      SupportedIdentityProviders: ['COGNITO'],
    })
  })

  it('every deployment has its own domain for the sign-in pages', () => {
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

  it('the user pool has a group of admins and a group of readers', () => {
    const names = [...resourcesByPath(templates.stateful, 'AWS::Cognito::UserPoolGroup').values()].map(
      ({ Properties }) => Properties.GroupName,
    )
    expect(names.sort()).toEqual(['postmaster-admins', 'postmaster-readers'])
  })
})
