import { beforeAll, describe, expect, it } from 'vitest'
import { dynamoDbKeys } from '../../local/policies/requests/dynamodb.ts'
import { allows } from './allows.ts'
import { type Permission, permissionsByFunction } from './permissions.ts'
import { synthesised } from './synthesised.ts'

const auditing = ['dynamodb:PutItem Tables/Audit', 'dynamodb:UpdateItem Tables/Audit']
const planning = [
  'dynamodb:BatchGetItem Tables/Messages',
  'dynamodb:DeleteItem Tables/OpenDeliveries',
  'dynamodb:GetItem Tables/Deliveries',
  'dynamodb:GetItem Tables/Handover',
  'dynamodb:GetItem Tables/Messages',
  'dynamodb:PutItem Tables/Deliveries',
  'dynamodb:PutItem Tables/OpenDeliveries',
  'dynamodb:Query Tables/Handover/index/by-kind',
  'dynamodb:Query Tables/Messages/index/by-message-id',
  'dynamodb:UpdateItem Tables/Messages',
]
const settling = [
  'dynamodb:BatchGetItem Tables/Deliveries',
  'dynamodb:DeleteItem Tables/OpenDeliveries',
  'dynamodb:GetItem Tables/Deliveries',
  'dynamodb:GetItem Tables/Messages',
  'dynamodb:UpdateItem Tables/Deliveries',
  'dynamodb:Query Tables/OpenDeliveries',
  's3:ListBucket RawMail/Bucket',
  's3:PutObjectTagging RawMail/Bucket/*',
]
const circuits = ['GetItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action} Tables/Handover`)
const receiving = (queue: string) =>
  ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} ${queue}`)
const wakes = 'sqs:SendMessage DeliveryQueue/Wakes'
const secrets = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:postmaster/destination/*'

/** Everything that the functions of hand-over may do beside writing their logs. */
const roles: Readonly<Record<string, readonly string[]>> = {
  'Api/Destinations': [
    ...auditing,
    'dynamodb:BatchGetItem Tables/Accounts',
    'dynamodb:BatchGetItem Tables/Deliveries',
    'dynamodb:BatchGetItem Tables/Dispatching',
    'dynamodb:BatchGetItem Tables/Handover',
    'dynamodb:DeleteItem Tables/Handover',
    'dynamodb:GetItem Tables/Handover',
    'dynamodb:PutItem Tables/Handover',
    'dynamodb:UpdateItem Tables/Handover',
    'dynamodb:Query Tables/Deliveries/index/by-state',
    'dynamodb:Query Tables/Handover/index/by-kind',
    ...['CreateSecret', 'TagResource', 'PutSecretValue', 'RestoreSecret', 'DeleteSecret'].map(
      (action) => `secretsmanager:${action} ${secrets}`,
    ),
  ],
  'Planning/Function': [...planning, ...receiving('Planning/Announced'), wakes],
  'Delivering/Function': [
    ...settling,
    ...circuits,
    ...receiving('DeliveryQueue/Wakes'),
    's3:GetObject RawMail/Bucket/*',
    `secretsmanager:GetSecretValue ${secrets}`,
    wakes,
  ],
  'DeliverySweep/Function': [
    ...planning,
    ...settling,
    'dynamodb:PutItem Tables/Handover',
    'dynamodb:UpdateItem Tables/Handover',
    'dynamodb:Query Tables/Deliveries/index/by-state',
    'dynamodb:Query Tables/Deliveries/index/due',
    'dynamodb:Query Tables/Messages/index/by-day',
    'dynamodb:Query Tables/Messages/index/unplanned',
    'dynamodb:Query Tables/Unstored/index/open',
    'dynamodb:GetItem Tables/Overview',
    'sns:Publish Notices/Topic',
    'sqs:SendMessage FailedEvents/Queue',
    wakes,
  ],
  'Api/DestinationTest': [
    'dynamodb:GetItem Tables/Handover',
    'dynamodb:Query Tables/Handover/index/by-kind',
    `secretsmanager:GetSecretValue ${secrets}`,
  ],
  'Api/Deliveries': [
    ...auditing,
    'dynamodb:BatchGetItem Tables/Deliveries',
    'dynamodb:BatchGetItem Tables/Messages',
    'dynamodb:DeleteItem Tables/OpenDeliveries',
    'dynamodb:GetItem Tables/Deliveries',
    'dynamodb:GetItem Tables/Handover',
    'dynamodb:GetItem Tables/Messages',
    'dynamodb:PutItem Tables/Deliveries',
    'dynamodb:UpdateItem Tables/Deliveries',
    'dynamodb:UpdateItem Tables/Handover',
    'dynamodb:PutItem Tables/OpenDeliveries',
    'dynamodb:Query Tables/Deliveries/index/by-day',
    'dynamodb:Query Tables/Deliveries/index/by-state',
    'dynamodb:Query Tables/Deliveries/index/by-ticket',
    'dynamodb:Query Tables/Handover/index/by-kind',
    'dynamodb:UpdateItem Tables/Messages',
    wakes,
  ],
  'Api/Quarantine': [
    ...auditing,
    'dynamodb:BatchGetItem Tables/Accounts',
    'dynamodb:BatchGetItem Tables/Deliveries',
    'dynamodb:BatchGetItem Tables/Messages',
    'dynamodb:BatchGetItem Tables/Runs',
    'dynamodb:BatchGetItem Tables/Unstored',
    'dynamodb:GetItem Tables/Accounts',
    'dynamodb:GetItem Tables/Unstored',
    'dynamodb:PutItem Tables/Runs',
    'dynamodb:UpdateItem Tables/Runs',
    'dynamodb:UpdateItem Tables/Unstored',
    'dynamodb:Query Tables/Deliveries/index/by-state',
    'dynamodb:Query Tables/Handover/index/by-kind',
    'dynamodb:Query Tables/Runs/index/by-account',
    'dynamodb:Query Tables/Unstored/index/open',
    'sqs:SendMessage FetchQueue/Jobs',
  ],
  'Api/Agent': [
    ...settling,
    ...circuits,
    'dynamodb:PutItem Tables/OpenDeliveries',
    'dynamodb:Query Tables/Deliveries/index/due',
    'dynamodb:Query Tables/Dispatching/index/by-kind',
    's3:AbortMultipartUpload RawMail/Bucket/copies/*',
    's3:GetObject RawMail/Bucket/*',
    's3:PutObject RawMail/Bucket/copies/*',
  ],
}

describe('permissions of hand-over', () => {
  let permissions: Map<string, Permission[]>

  beforeAll(() => {
    permissions = permissionsByFunction(synthesised())
  })

  it.each(Object.entries(roles))('%s may do exactly what it needs', (name, expected) => {
    const held = (permissions.get(name) ?? [])
      .filter(({ action }) => !/^(logs|kms):/.test(action))
      .map(({ action, resource }) => `${action} ${resource}`)
    expect([...new Set(held)].sort()).toEqual([...new Set(expected)].sort())
  })

  it('a function may mark mail as received or as handed over, and may set no other tag', () => {
    const may = (keys: Readonly<Record<string, string | readonly string[]>>) =>
      [...permissions]
        .filter(([, held]) => allows(held, { action: 's3:PutObjectTagging', resource: 'RawMail/Bucket/*', keys }))
        .map(([name]) => name)
        .sort()
    const [ended, received] = ['postmaster-handover', 'postmaster-received']
    const tags = (values: Readonly<Record<string, string>>) =>
      may({
        ...Object.fromEntries(Object.entries(values).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
        's3:RequestObjectTagKeys': Object.keys(values),
      })
    expect(tags({ [ended]: 'ended', [received]: 'announced' })).toEqual([
      'Api/Agent',
      'Delivering/Function',
      'DeliverySweep/Function',
    ])
    expect(tags({ [received]: 'announced' })).toEqual(['Fetching/Function'])
    expect(tags({ [ended]: 'ended' })).toEqual([])
    expect(tags({ [ended]: 'open', [received]: 'announced' })).toEqual([])
    expect(tags({ [received]: 'no' })).toEqual([])
    expect(tags({ [ended]: 'ended', [received]: 'announced', other: 'x' })).toEqual([])
    expect(tags({ [received]: 'announced', other: 'x' })).toEqual([])
    expect(may({ 's3:RequestObjectTagKeys': [] })).toEqual([])
  })

  it.each([
    ['destination#1', ['Api/Destinations']],
    ['destination-name#otobo', ['Api/Destinations']],
    ['token#abc', ['Api/Agent', 'Api/Destinations']],
    ['circuit#1', ['Api/Agent', 'Api/Deliveries', 'Api/Destinations', 'Delivering/Function', 'DeliverySweep/Function']],
    ['figures#1', ['Api/Destinations', 'DeliverySweep/Function']],
  ])('only the functions that change the row %s may write it', (key, expected) => {
    const row = { key: { S: key } }
    const requests = [
      { action: 'dynamodb:PutItem', resource: 'Tables/Handover', keys: dynamoDbKeys({ Item: row }, 'key') },
      { action: 'dynamodb:UpdateItem', resource: 'Tables/Handover', keys: dynamoDbKeys({ Key: row }, 'key') },
    ]
    const writers = [...permissions]
      .filter(([, held]) => requests.some((request) => allows(held, request)))
      .map(([name]) => name)
    expect(writers.sort()).toEqual(expected)
  })
})
