import { beforeAll, describe, expect, it } from 'vitest'
import { deploymentTag } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { dynamoDbKeys } from '../../local/policies/requests/dynamodb.ts'
import { kmsKeys } from '../../local/policies/requests/kms.ts'
import { allows } from './allows.ts'
import { type Permission, permissionsByFunction } from './permissions.ts'
import { type Resource, resourcesByPath, synthesised, type Templates } from './synthesised.ts'

/** The UUID at the end of the stateful stack's ID, in the notation of `permissionsByFunction`. */
const deployment = 'item 2 of / in <AWS::StackId>'

describe('permissions', () => {
  let templates: Templates
  let permissions: Map<string, Permission[]>

  beforeAll(() => {
    templates = synthesised()
    permissions = permissionsByFunction(templates)
  })

  const holders = (matches: (permission: Permission) => boolean): string[] =>
    [...permissions]
      .filter(([, held]) => held.some(matches))
      .map(([name]) => name)
      .sort()
  const writers = (table: string) =>
    holders(({ action, resource }) => resource === table && /:((Put|Update|Delete)Item|BatchWriteItem)$/.test(action))
  const deleters = (table: string) =>
    holders(({ action, resource }) => resource === table && /:(DeleteItem|BatchWriteItem)$/.test(action))
  const anyoneWith = (part: string) => holders(({ resource }) => resource.startsWith(part))

  const readersOf = (secrets: RegExp) =>
    holders(({ action, resource }) => action === 'secretsmanager:GetSecretValue' && secrets.test(resource))

  it('only fetch and the connection test read passwords', () => {
    expect(readersOf(/:postmaster\/account\/\*$/)).toEqual(['Api/ConnectionTest', 'Fetching/Function'])
  })

  it('only functions that request tokens from providers read client secrets', () => {
    const askers = [
      'Api/ConnectionTest',
      'Api/Oauth2Callback',
      'Api/Oauth2Doctor',
      'EndGrants/Function',
      'Fetching/Function',
    ]
    expect(readersOf(/:postmaster\/profile\/\*$/)).toEqual(askers)
  })

  const onKey = (action: string, context: Record<string, string> = {}) => ({
    action,
    resource: 'EncryptionKey/Key',
    keys: kmsKeys(context),
  })
  const mayOnKey = (action: string, context?: Record<string, string>) =>
    [...permissions].filter(([, held]) => allows(held, onKey(action, context))).map(([name]) => name)
  const account = { 'postmaster:account': '01ACCOUNT' }
  const profile = { 'postmaster:profile': '01PROFILE' }

  it('only functions that log in to mailboxes or revoke consents decrypt tokens', () => {
    const openers = ['Api/ConnectionTest', 'Api/Oauth2Doctor', 'Fetching/Function']
    expect(mayOnKey('kms:Decrypt', account).sort()).toEqual([...openers, 'EndGrants/Function'].sort())
    expect(mayOnKey('kms:Decrypt', profile).sort()).toEqual(openers)
  })

  it('only the callback generates data keys for accounts, and only functions that log in generate them for profiles', () => {
    expect(mayOnKey('kms:GenerateDataKey', account)).toEqual(['Api/Oauth2Callback'])
    expect(mayOnKey('kms:GenerateDataKey', profile).sort()).toEqual([
      'Api/ConnectionTest',
      'Api/Oauth2Doctor',
      'Fetching/Function',
    ])
  })

  it('only the sign-in of the admin page uses the key for sessions, and it can do nothing else', () => {
    for (const kind of ['sign-in', 'session'])
      for (const action of ['kms:Decrypt', 'kms:GenerateDataKey'])
        expect(mayOnKey(action, { 'postmaster:session': kind })).toEqual(['Api/Session'])
    const held = (permissions.get('Api/Session') ?? []).filter(({ action }) => !action.startsWith('logs:'))
    expect(held.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual([
      'kms:Decrypt EncryptionKey/Key',
      'kms:GenerateDataKey EncryptionKey/Key',
    ])
    for (const context of [account, profile, { ...account, 'postmaster:session': 'session' }, {}])
      for (const action of ['kms:Decrypt', 'kms:GenerateDataKey'])
        expect(allows(held, onKey(action, context))).toBe(false)
  })

  it.each([
    ['without a context', {}],
    ['with the context of something else', { 'aws:sns:topicArn': 'arn:aws:sns:eu-central-1:1:topic' }],
    ['with an additional pair', { ...account, more: '1' }],
  ])('no function may use the encryption key %s', (_, context) => {
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) expect(mayOnKey(action, context)).toEqual([])
  })

  it('functions may use the key only to decrypt and to generate data keys', () => {
    const actions = [...permissions.values()].flat().filter(({ action }) => action.startsWith('kms:'))
    expect(new Set(actions.map(({ action }) => action))).toEqual(new Set(['kms:Decrypt', 'kms:GenerateDataKey']))
    expect(actions.filter(({ condition }) => condition === undefined)).toEqual([])
  })

  it('the callback cannot read tokens, including those that it has written', () => {
    const role = permissions.get('Api/Oauth2Callback') ?? []
    const onGrants = (action: string, input: Record<string, unknown> = {}) =>
      allows(role, { action: `dynamodb:${action}`, resource: 'Tables/OauthGrants', keys: dynamoDbKeys(input, 'key') })
    expect(onGrants('UpdateItem')).toBe(true)
    for (const ReturnValues of ['ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'])
      for (const action of ['PutItem', 'UpdateItem', 'DeleteItem'])
        expect(onGrants(action, { ReturnValues })).toBe(false)
    for (const action of ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PutItem', 'ConditionCheckItem', 'PartiQLSelect'])
      expect(onGrants(action)).toBe(false)
    for (const context of [account, profile, {}]) expect(allows(role, onKey('kms:Decrypt', context))).toBe(false)
  })

  it('the function that revokes consents reads only what it needs and removes only grants', () => {
    const held = (permissions.get('EndGrants/Function') ?? []).filter(({ action }) => !action.startsWith('logs:'))
    expect(held.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual([
      'dynamodb:BatchGetItem Tables/Accounts',
      'dynamodb:BatchGetItem Tables/Oauth2',
      'dynamodb:DeleteItem Tables/OauthGrants',
      'dynamodb:GetItem Tables/Oauth2',
      'dynamodb:GetItem Tables/OauthGrants',
      'dynamodb:PutItem Tables/Overview',
      'dynamodb:Scan Tables/OauthGrants',
      'dynamodb:UpdateItem Tables/OauthGrants',
      'kms:Decrypt EncryptionKey/Key',
      expect.stringMatching(/^secretsmanager:GetSecretValue .*:postmaster\/profile\/\*$/),
      'sqs:SendMessage FailedEvents/Queue',
    ])
    expect(holders(({ action }) => action === 'dynamodb:Scan')).toEqual(['EndGrants/Function'])
  })

  it('the accounts API ends a consent without reading or removing it', () => {
    const role = permissions.get('Api/Accounts') ?? []
    const onGrants = (action: string, input: Record<string, unknown> = {}) =>
      allows(role, { action: `dynamodb:${action}`, resource: 'Tables/OauthGrants', keys: dynamoDbKeys(input, 'key') })
    expect(onGrants('UpdateItem')).toBe(true)
    expect(onGrants('UpdateItem', { ReturnValues: 'ALL_OLD' })).toBe(false)
    for (const action of ['DeleteItem', 'PutItem', 'Scan', 'GetItem']) expect(onGrants(action)).toBe(false)
    for (const context of [account, profile]) expect(allows(role, onKey('kms:Decrypt', context))).toBe(false)
  })

  it('the test of stored accounts reads accounts and secrets and writes only renewed tokens', () => {
    const held = permissions.get('Api/ConnectionTest') ?? []
    const beyondLogs = held.filter(({ action }) => !action.startsWith('logs:'))
    expect(beyondLogs.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual([
      'dynamodb:GetItem Tables/Accounts',
      'dynamodb:GetItem Tables/Oauth2',
      'dynamodb:GetItem Tables/OauthGrants',
      'dynamodb:UpdateItem Tables/OauthGrants',
      'kms:Decrypt EncryptionKey/Key',
      'kms:GenerateDataKey EncryptionKey/Key',
      expect.stringMatching(/^secretsmanager:GetSecretValue .*:postmaster\/account\/\*$/),
      expect.stringMatching(/^secretsmanager:GetSecretValue .*:postmaster\/profile\/\*$/),
    ])
  })

  it('the test of unsaved accounts reads no secrets, accounts or tokens, and writes only receipts', () => {
    const held = permissions.get('Api/UnsavedTest') ?? []
    const beyondLogs = held.filter(({ action }) => !action.startsWith('logs:'))
    expect(beyondLogs.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual([
      'dynamodb:GetItem Tables/Oauth2',
      'dynamodb:PutItem Tables/ConnectionTests',
    ])
    expect(anyoneWith('Tables/ConnectionTests')).toEqual(['Api/Accounts', 'Api/UnsavedTest'])
    expect(writers('Tables/ConnectionTests')).toEqual(['Api/UnsavedTest'])
  })

  it.each([
    ['passwords', 'account', 'Api/Accounts'],
    ['client secrets', 'profile', 'Api/Oauth2'],
    ['secrets of destinations', 'destination', 'Api/Destinations'],
  ])('%s are set by one function and removed only by it and the sweep', (_, kind, owner) => {
    const may = (actions: RegExp) =>
      holders(({ action, resource }) => actions.test(action) && resource.endsWith(`:postmaster/${kind}/*`))
    expect(may(/:(CreateSecret|TagResource|PutSecretValue|RestoreSecret)$/)).toEqual([owner])
    expect(may(/:DeleteSecret$/)).toEqual([owner, 'SecretSweep/Function'])
  })

  /** The conditions of every permission for these actions on secrets, by function. */
  const conditionsOn = (actions: RegExp) =>
    [...permissions].flatMap(([name, held]) =>
      held
        .filter(({ action, resource }) => actions.test(action) && resource.includes(':postmaster/'))
        .map(({ condition }) => [name, condition]),
    )

  it('secrets are created with the deployment’s tag and no other tag', () => {
    const tagged = {
      StringEquals: { 'aws:RequestTag/postmaster:deployment': [deployment] },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [deploymentTag] },
    }
    expect(conditionsOn(/:(CreateSecret|TagResource)$/)).toEqual(
      ['Api/Accounts', 'Api/Oauth2', 'Api/Destinations'].flatMap((name) => [
        [name, tagged],
        [name, tagged],
      ]),
    )
  })

  it('the sweep can delete only secrets of its own deployment', () => {
    const own = { StringEquals: { 'aws:ResourceTag/postmaster:deployment': [deployment] } }
    const sweep = conditionsOn(/:DeleteSecret$/).filter(([name]) => name === 'SecretSweep/Function')
    expect(sweep).toEqual([
      ['SecretSweep/Function', own],
      ['SecretSweep/Function', own],
      ['SecretSweep/Function', own],
    ])
  })

  it('restored and upgraded deployments can read, change and delete secrets with another tag or without a tag', () => {
    const others = conditionsOn(/:(GetSecretValue|PutSecretValue|RestoreSecret|DeleteSecret)$/)
    const conditional = others.filter(([, condition]) => condition !== undefined)
    expect(new Set(conditional.map(([name]) => name))).toEqual(new Set(['SecretSweep/Function']))
    expect(others.length).toBeGreaterThan(conditional.length)
  })

  it('the functions that create and sweep secrets receive the deployment ID that their grants contain', () => {
    const { Outputs } = templates.stateful.toJSON() as { Outputs: Record<string, { Export?: { Name: string } }> }
    expect(Object.values(Outputs).map(({ Export }) => Export?.Name)).toContain('PostmasterDeploymentId')
    const told = [...resourcesByPath(templates.collector, 'AWS::Lambda::Function')]
      .filter(([, { Properties }]) => JSON.stringify(Properties.Environment).includes('DEPLOYMENT_ID'))
      .map(([path, { Properties }]) => [path, Properties.Environment])
    const environment = {
      Variables: expect.objectContaining({ DEPLOYMENT_ID: { 'Fn::ImportValue': 'PostmasterDeploymentId' } }),
    }
    expect(told.sort()).toEqual([
      ['Api/Accounts', environment],
      ['Api/Destinations', environment],
      ['Api/Oauth2', environment],
      ['SecretSweep/Function', environment],
    ])
  })

  it('only the providers and profiles function writes providers and profiles', () => {
    expect(writers('Tables/Oauth2')).toEqual(['Api/Oauth2'])
    const onGrants = (permissions.get('Api/Oauth2') ?? []).filter(({ resource }) => resource === 'Tables/OauthGrants')
    expect(onGrants.map(({ action }) => action)).toEqual(['dynamodb:DeleteItem'])
  })

  it('no function can access secrets outside Postmaster, except that the sweep can list their names', () => {
    const secrets = [...permissions.values()].flat().filter(({ action }) => action.startsWith('secretsmanager:'))
    expect(
      new Set(secrets.filter(({ action }) => action !== 'secretsmanager:ListSecrets').map((s) => s.resource)),
    ).toEqual(
      new Set([
        'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:postmaster/account/*',
        'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:postmaster/destination/*',
        'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:postmaster/profile/*',
      ]),
    )
    expect(holders(({ action }) => action === 'secretsmanager:ListSecrets')).toEqual(['SecretSweep/Function'])
  })

  it('only the accounts function writes accounts, and only it and dispatch write mailbox claims', () => {
    expect(writers('Tables/Accounts')).toEqual(['Api/Accounts'])
    expect(anyoneWith('Tables/MailboxClaims')).toEqual(['Api/Accounts', 'Schedule/Function'])
  })

  it('the accounts function shows who consented and ends consents, but can neither remove nor decrypt them', () => {
    const held = permissions.get('Api/Accounts') ?? []
    const onGrants = held.filter(({ resource }) => resource.startsWith('Tables/OauthGrants'))
    expect(onGrants.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual([
      'dynamodb:BatchGetItem Tables/OauthGrants',
      // This index contains no tokens.
      'dynamodb:Query Tables/OauthGrants/index/by-profile',
      'dynamodb:UpdateItem Tables/OauthGrants',
    ])
    expect(held.filter(({ action }) => action === 'secretsmanager:GetSecretValue')).toEqual([])
  })

  it('only fetch, dispatch and the consent callback write account statuses', () => {
    expect(writers('Tables/AccountStatus')).toEqual(['Api/Oauth2Callback', 'Fetching/Function', 'Schedule/Function'])
    const onStatus = (permissions.get('Api/Oauth2Callback') ?? []).filter(
      ({ resource }) => resource === 'Tables/AccountStatus',
    )
    expect(onStatus.map(({ action }) => action)).toEqual(['dynamodb:UpdateItem'])
  })

  it('only functions that make changes write the audit trail, one function reads it, and none deletes it', () => {
    const trail = [...permissions].flatMap(([name, held]) =>
      held
        .filter(({ resource }) => resource.startsWith('Tables/Audit'))
        .map(({ action, resource }) => `${name} ${action.replace('dynamodb:', '')} ${resource.replace('Tables/', '')}`),
    )
    expect(trail.sort()).toEqual(
      [
        ...[
          'Accounts',
          'Deliveries',
          'Erase',
          'MessageRecovery',
          'Destinations',
          'Oauth2',
          'Oauth2Callback',
          'Oauth2Consent',
          'Quarantine',
          'Queues',
          'Runs',
        ].flatMap((part) => [`Api/${part} PutItem Audit`, `Api/${part} UpdateItem Audit`]),
        ...['by-subject', 'by-time', 'by-who'].map((index) => `Api/Audit Query Audit/index/${index}`),
      ].sort(),
    )
    const reader = (permissions.get('Api/Audit') ?? []).filter(({ action }) => !action.startsWith('logs:'))
    expect(reader.map(({ action }) => action)).toEqual(['dynamodb:Query', 'dynamodb:Query', 'dynamodb:Query'])
  })

  it('the documentation function can only write its log', () => {
    const held = permissions.get('Api/Docs') ?? []
    expect(held.map(({ action }) => action).sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents'])
  })

  it('only the queues function writes queues and system addresses', () => {
    expect(writers('Tables/Dispatching')).toEqual(['Api/Queues'])
  })

  it('among the API functions, only those that show, hand over, erase or recover messages can access stored mail', () => {
    expect(anyoneWith('Tables/Messages')).toEqual([
      'Api/Agent',
      'Api/Deliveries',
      'Api/Erase',
      'Api/MessageRecovery',
      'Api/MessageView',
      'Api/Messages',
      'Api/Quarantine',
      'Delivering/Function',
      'DeliverySweep/Function',
      'Fetching/Function',
      'Planning/Function',
      'Schedule/Function',
    ])
    expect(writers('Tables/Messages')).toEqual([
      'Api/Deliveries',
      'Api/Erase',
      'Api/MessageRecovery',
      'DeliverySweep/Function',
      'Fetching/Function',
      'Planning/Function',
      'Schedule/Function',
    ])
  })

  it('raw mail is written by fetch, read by functions that show it, hand it over or recover it, and deleted only by the function that erases messages', () => {
    const bucket = [...permissions].flatMap(([name, held]) =>
      held
        .filter(({ action }) => action.startsWith('s3:'))
        .map(({ action, resource }) => `${name} ${action} ${resource}`),
    )
    expect(bucket.sort()).toEqual([
      'Api/Agent s3:AbortMultipartUpload RawMail/Bucket/copies/*',
      'Api/Agent s3:GetObject RawMail/Bucket/*',
      'Api/Agent s3:ListBucket RawMail/Bucket',
      'Api/Agent s3:PutObject RawMail/Bucket/copies/*',
      'Api/Agent s3:PutObjectTagging RawMail/Bucket/*',
      'Api/Erase s3:DeleteObjectVersion RawMail/Bucket/*',
      'Api/Erase s3:ListBucketVersions RawMail/Bucket',
      'Api/MessageRecovery s3:GetObject RawMail/Bucket/*',
      'Api/MessageRecovery s3:ListBucket RawMail/Bucket',
      'Api/MessageView s3:AbortMultipartUpload RawMail/Bucket/views/*',
      'Api/MessageView s3:GetObject RawMail/Bucket/*',
      'Api/MessageView s3:ListBucket RawMail/Bucket',
      'Api/MessageView s3:PutObject RawMail/Bucket/views/*',
      'Api/Messages s3:GetObject RawMail/Bucket/*',
      'Api/Messages s3:ListBucket RawMail/Bucket',
      'Delivering/Function s3:GetObject RawMail/Bucket/*',
      'Delivering/Function s3:ListBucket RawMail/Bucket',
      'Delivering/Function s3:PutObjectTagging RawMail/Bucket/*',
      'DeliverySweep/Function s3:ListBucket RawMail/Bucket',
      'DeliverySweep/Function s3:PutObjectTagging RawMail/Bucket/*',
      'Fetching/Function s3:AbortMultipartUpload RawMail/Bucket/*',
      'Fetching/Function s3:GetObject RawMail/Bucket/*',
      'Fetching/Function s3:ListBucket RawMail/Bucket',
      'Fetching/Function s3:PutObject RawMail/Bucket/*',
      'Fetching/Function s3:PutObjectTagging RawMail/Bucket/*',
    ])
  })

  it('no function has the permission to delete messages, and only the bulk request of runs could delete a run', () => {
    expect(deleters('Tables/Messages')).toEqual([])
    // IAM has a single BatchWriteItem action for putting and deleting.
    expect(deleters('Tables/Runs')).toEqual(['Api/Runs'])
  })

  it('conversations of runs with debug are written by fetch and read by the runs function', () => {
    const held = [...permissions].flatMap(([name, all]) =>
      all.filter(({ resource }) => resource === 'Tables/Conversations').map(({ action }) => `${name} ${action}`),
    )
    expect(held.sort()).toEqual(['Api/Runs dynamodb:BatchGetItem', 'Fetching/Function dynamodb:PutItem'])
  })

  it('only fetch and dispatch publish announcements', () => {
    expect(anyoneWith('Announcements/Topic')).toEqual(['Fetching/Function', 'Schedule/Function'])
  })

  it('only fetch, dispatch and the two sweeps publish notices to admins', () => {
    expect(anyoneWith('Notices/Topic')).toEqual([
      'DeliverySweep/Function',
      'Fetching/Function',
      'Schedule/Function',
      'SecretSweep/Function',
    ])
  })

  it('a publisher may use the key only through SNS, and exactly for the topics to which it may publish', () => {
    const throughSns = (permission: Permission) =>
      permission.resource === 'EncryptionKey/Key' &&
      permission.condition?.StringEquals?.['kms:ViaService']?.join() === 'sns.<AWS::Region>.amazonaws.com'
    for (const [name, held] of permissions) {
      const topics = held.filter(({ action }) => action === 'sns:Publish').map(({ resource }) => resource)
      const keyed = held
        .filter(throughSns)
        .map(
          ({ action, condition }) => `${action} ${condition?.StringEquals?.['kms:EncryptionContext:aws:sns:topicArn']}`,
        )
      expect({ name, keyed: keyed.sort() }).toEqual({
        name,
        keyed: topics.flatMap((topic) => [`kms:Decrypt ${topic}`, `kms:GenerateDataKey ${topic}`]).sort(),
      })
    }
    expect(holders(throughSns)).toEqual([
      'DeliverySweep/Function',
      'Fetching/Function',
      'Schedule/Function',
      'SecretSweep/Function',
    ])
  })

  it('only fetch and the quarantine write messages that could not be stored, and only fetch removes them', () => {
    expect(writers('Tables/Unstored')).toEqual(['Api/Quarantine', 'Fetching/Function'])
    expect(deleters('Tables/Unstored')).toEqual(['Fetching/Function'])
  })

  it('only functions that start runs send fetch jobs, and only fetch receives them', () => {
    const senders = (queue: string) =>
      holders(({ action, resource }) => action === 'sqs:SendMessage' && resource === queue)
    expect(senders('FetchQueue/Jobs')).toEqual([
      'Api/Accounts',
      'Api/Oauth2Callback',
      'Api/Quarantine',
      'Api/Runs',
      'Fetching/Function',
      'Schedule/Function',
    ])
    const receivers = holders(
      ({ action, resource }) => /^sqs:(Receive|Delete)Message$/.test(action) && resource === 'FetchQueue/Jobs',
    )
    expect(receivers).toEqual(['Fetching/Function'])
    expect(senders('FailedEvents/Queue')).toEqual([
      'DeliverySweep/Function',
      'EndGrants/Function',
      'Schedule/Function',
      'SecretSweep/Function',
    ])
    expect(anyoneWith('FetchQueue/DeadLetters')).toEqual([])
  })

  const beyondLogs = (part: string) =>
    (permissions.get(part) ?? [])
      .filter(({ action }) => !action.startsWith('logs:'))
      .map(({ action, resource }) => `${action} ${resource}`)
      .sort()

  it('the public consent pages read no secrets or tokens and write only attempts', () => {
    expect(beyondLogs('Api/Oauth2Start')).toEqual([
      'dynamodb:GetItem Tables/Accounts',
      'dynamodb:GetItem Tables/Consents',
      'dynamodb:GetItem Tables/Oauth2',
      'dynamodb:PutItem Tables/Consents',
      'dynamodb:UpdateItem Tables/Consents',
    ])
  })

  it('the public callback writes a grant, makes the account due, requests a run and deletes nothing', () => {
    expect(beyondLogs('Api/Oauth2Callback')).toEqual([
      'dynamodb:GetItem Tables/Accounts',
      'dynamodb:GetItem Tables/Consents',
      'dynamodb:GetItem Tables/Oauth2',
      'dynamodb:PutItem Tables/Audit',
      'dynamodb:PutItem Tables/Runs',
      'dynamodb:UpdateItem Tables/AccountStatus',
      'dynamodb:UpdateItem Tables/Audit',
      'dynamodb:UpdateItem Tables/Consents',
      'dynamodb:UpdateItem Tables/OauthGrants',
      'dynamodb:UpdateItem Tables/Runs',
      'kms:GenerateDataKey EncryptionKey/Key',
      expect.stringMatching(/^secretsmanager:GetSecretValue .*:secret:postmaster\/profile\/\*$/),
      'sqs:SendMessage FetchQueue/Jobs',
    ])
  })

  it('the doctor reads accounts but no passwords and writes only renewed tokens', () => {
    expect(beyondLogs('Api/Oauth2Doctor')).toEqual([
      'dynamodb:GetItem Tables/Accounts',
      'dynamodb:GetItem Tables/Oauth2',
      'dynamodb:GetItem Tables/OauthGrants',
      'dynamodb:UpdateItem Tables/OauthGrants',
      'kms:Decrypt EncryptionKey/Key',
      'kms:GenerateDataKey EncryptionKey/Key',
      expect.stringMatching(/^secretsmanager:GetSecretValue .*:secret:postmaster\/profile\/\*$/),
    ])
  })

  it('the function that requests a consent can only create a link', () => {
    expect(beyondLogs('Api/Oauth2Consent')).toEqual([
      'dynamodb:GetItem Tables/Accounts',
      'dynamodb:GetItem Tables/Consents',
      'dynamodb:GetItem Tables/Oauth2',
      'dynamodb:PutItem Tables/Audit',
      'dynamodb:PutItem Tables/Consents',
      'dynamodb:UpdateItem Tables/Audit',
    ])
    expect(anyoneWith('Tables/Consents')).toEqual(['Api/Oauth2Callback', 'Api/Oauth2Consent', 'Api/Oauth2Start'])
  })

  it('no function may write with a request that returns a row’s values', () => {
    const writes = [...permissions].flatMap(([name, held]) =>
      held
        .filter(({ action }) => /^dynamodb:(Put|Update|Delete)Item$/.test(action))
        .map((permission) => ({ name, permission })),
    )
    expect(writes.length).toBeGreaterThan(30)
    for (const { name, permission } of writes) {
      const { action, resource } = permission
      const may = (input: Record<string, unknown>) =>
        allows([permission], { action, resource, keys: dynamoDbKeys(input, 'key') })
      expect({ name, may: [{}, { ReturnValues: 'NONE' }].map(may) }).toEqual({ name, may: [true, true] })
      const values = ['ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']
      expect({ name, may: values.filter((ReturnValues) => may({ ReturnValues })) }).toEqual({ name, may: [] })
    }
  })

  it('no action is a pattern, only the grants table is scanned, only lanes and the overview are queried by their key, and every index is named', () => {
    const all = [...permissions.values()].flat()
    expect(all.length).toBeGreaterThan(50)
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([])
    const scanned = all.filter(({ action }) => action === 'dynamodb:Scan')
    expect(scanned.map(({ resource }) => resource)).toEqual(['Tables/OauthGrants'])
    expect(all.filter(({ resource }) => resource.includes('index/*'))).toEqual([])
    const queried = all.filter(({ action, resource }) => action === 'dynamodb:Query' && !resource.includes('/index/'))
    expect(new Set(queried.map(({ resource }) => resource))).toEqual(
      new Set(['Tables/OpenDeliveries', 'Tables/Overview']),
    )
  })

  it('the function for the overview only reads, and it reads neither secrets nor raw mail', () => {
    const held = (permissions.get('Api/Overview') ?? []).filter(({ action }) => !action.startsWith('logs:'))
    const reading = new Set(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'])
    expect(held.filter(({ action }) => !reading.has(action))).toEqual([])
    expect(held.length).toBeGreaterThan(10)
  })

  it.each([
    ['summary', ['EndGrants/Function', 'Schedule/Function']],
    ['noticed', ['Schedule/Function']],
    ['stored', ['Fetching/Function']],
    ['removed', ['Api/Accounts']],
  ])('the rows of the overview about “%s” are written only by %s', (key, expected) => {
    const on = (action: string) =>
      [...permissions]
        .filter(([, held]) =>
          allows(held, {
            action: `dynamodb:${action}`,
            resource: 'Tables/Overview',
            keys: dynamoDbKeys({ Key: { key: { S: key } } }, 'key'),
          }),
        )
        .map(([name]) => name)
    expect([...on('PutItem'), ...on('UpdateItem')].sort()).toEqual(expected)
    // A record that people were told of something is removed when it is over.
    expect(on('DeleteItem')).toEqual(key === 'noticed' ? expected : [])
  })

  it('every function writes only its own log', () => {
    for (const [name, held] of permissions)
      expect(new Set(held.filter(({ action }) => action.startsWith('logs:')).map((p) => p.resource))).toEqual(
        new Set([`${name}Log`]),
      )
  })

  it('every function has its own role for Lambda only, without managed policies', () => {
    const roles = resourcesByPath(templates.collector, 'AWS::IAM::Role')
    expect([...roles.keys()].map((path) => path.replace(/Role$/, '')).sort()).toEqual([...permissions.keys()].sort())
    for (const { Properties } of roles.values()) {
      expect(Properties.ManagedPolicyArns).toBeUndefined()
      expect(JSON.stringify(Properties.AssumeRolePolicyDocument)).toContain('"Service":"lambda.amazonaws.com"')
    }
    const used = [...resourcesByPath(templates.collector, 'AWS::Lambda::Function').values()].map(roleOf)
    expect(new Set(used).size).toBe(used.length)
  })
})

const roleOf = ({ Properties }: Resource) => JSON.stringify(Properties.Role)
