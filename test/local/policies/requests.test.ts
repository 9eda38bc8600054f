import { describe, expect, it } from 'vitest'
import type { Surroundings } from '../../../local/policies/access-request.ts'
import { requestsOf } from '../../../local/policies/requests/requests-of.ts'
import type { ServiceCall } from '../../../local/start-local.ts'

const surroundings: Surroundings = {
  region: 'us-east-1',
  accountId: '000000000000',
  partitionKeys: new Map([
    ['rows', 'key'],
    ['rows/index/by-day', 'day'],
  ]),
  topicKeys: new Map([['arn:aws:sns:us-east-1:000000000000:sealed', 'arn:aws:kms:us-east-1:000000000000:key/k']]),
  secret: (id) => (id === 'known' ? { arn: 'arn:known-AbCdEf', tags: { owner: 'me' } } : undefined),
  hasObject: (_, key) => key !== 'missing',
}
const call = (service: ServiceCall['service'], operation: string | undefined, body: object | string): ServiceCall => ({
  service,
  operation,
  accessKeyId: 'Function',
  method: 'POST',
  path: '/',
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})
/** Each request as one line: the action, the resource without its prefix, and the keys. */
const requests = (one: ServiceCall): string[] =>
  requestsOf(one, surroundings).map(({ action, resource, keys }) =>
    [action, resource.split(':').slice(5).join(':') || resource, ...(Object.keys(keys).length > 0 ? [keys] : [])]
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
      .join(' '),
  )
const s3 = (
  method: string,
  path: string,
  { headers = {}, body = '' }: Partial<{ headers: object; body: string }> = {},
) => requests({ ...call('s3', undefined, body), method, path, headers: { ...headers } })

describe('the permissions that a call needs', () => {
  it('a DynamoDB call needs its action on the table or the index, with the key of the partition', () => {
    const TableName = 'rows'
    const write = { TableName, Item: { key: { S: 'a' }, day: { S: 'b' } }, ReturnValues: 'ALL_OLD' }
    expect(requests(call('dynamodb', 'PutItem', write))).toEqual([
      'dynamodb:PutItem table/rows {"dynamodb:ReturnValues":"ALL_OLD","dynamodb:LeadingKeys":["a"]}',
    ])
    const query = {
      TableName,
      IndexName: 'by-day',
      KeyConditionExpression: '(#d=:d) AND id >= :id',
      ExpressionAttributeNames: { '#d': 'day' },
      ExpressionAttributeValues: { ':d': { N: '7' }, ':id': { S: 'x' } },
    }
    expect(requests(call('dynamodb', 'Query', query))).toEqual([
      'dynamodb:Query table/rows/index/by-day {"dynamodb:LeadingKeys":["7"]}',
    ])
    expect(requests(call('dynamodb', 'Scan', { TableName }))).toEqual(['dynamodb:Scan table/rows'])
  })

  it('a batch needs the action of the batch on each table, with the keys of all partitions', () => {
    const RequestItems = {
      rows: [{ PutRequest: { Item: { key: { S: 'a' } } } }, { DeleteRequest: { Key: { key: { S: 'b' } } } }],
    }
    expect(requests(call('dynamodb', 'BatchWriteItem', { RequestItems }))).toEqual([
      'dynamodb:BatchWriteItem table/rows {"dynamodb:LeadingKeys":["a","b"]}',
    ])
  })

  it.each<[string, ServiceCall]>([
    ['an unknown operation', call('dynamodb', 'ExecuteStatement', { Statement: 'x' })],
    ['a row without its partition key', call('dynamodb', 'PutItem', { TableName: 'rows', Item: { day: { S: 'b' } } })],
    [
      'a query whose partition is not found',
      call('dynamodb', 'Query', { TableName: 'rows', KeyConditionExpression: 'x' }),
    ],
    ['a body that is not JSON', call('kms', 'Decrypt', '{')],
    ['an unknown sub-resource', { ...call('s3', undefined, ''), method: 'PUT', path: '/bucket/key?acl' }],
  ])('%s has unknown permissions', (_, one) => {
    expect(() => requestsOf(one, surroundings)).toThrow('The local run does not know which permission')
  })

  it('a message to an encrypted topic needs the key of the topic as well', () => {
    const publish = (name: string) =>
      requests(call('messaging', undefined, `Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:${name}`))
    expect(publish('plain')).toEqual(['sns:Publish plain'])
    const keys = JSON.stringify({
      'kms:ViaService': 'sns.us-east-1.amazonaws.com',
      'kms:EncryptionContextKeys': ['aws:sns:topicArn'],
      'kms:EncryptionContext:aws:sns:topicArn': 'arn:aws:sns:us-east-1:000000000000:sealed',
    })
    expect(publish('sealed')).toEqual([
      'sns:Publish sealed',
      `kms:GenerateDataKey key/k ${keys}`,
      `kms:Decrypt key/k ${keys}`,
    ])
  })

  it('a batch of an SQS queue needs the permission of the single operation', () => {
    const QueueUrl = 'http://127.0.0.1:1/000000000000/jobs.fifo'
    expect(requests(call('messaging', 'DeleteMessageBatch', { QueueUrl }))).toEqual(['sqs:DeleteMessage jobs.fifo'])
  })

  it('a secret is found by its name, with its own tags and those of the request', () => {
    expect(requests(call('secretsmanager', 'DeleteSecret', { SecretId: 'known' }))).toEqual([
      'secretsmanager:DeleteSecret arn:known-AbCdEf {"aws:ResourceTag/owner":"me"}',
    ])
    const created = { Name: 'new', Tags: [{ Key: 'owner', Value: 'you' }] }
    const keys = '{"aws:RequestTag/owner":"you","aws:TagKeys":["owner"]}'
    expect(requests(call('secretsmanager', 'CreateSecret', created))).toEqual([
      `secretsmanager:CreateSecret secret:new ${keys}`,
      `secretsmanager:TagResource secret:new ${keys}`,
    ])
  })

  it('an S3 request needs the action of its method and sub-resource', () => {
    expect(s3('GET', '/b/a%20key?response-content-type=x')).toEqual(['s3:GetObject b/a key'])
    expect(s3('HEAD', '/b/missing')).toEqual(['s3:GetObject b/missing', 's3:ListBucket b'])
    expect(s3('GET', '/b?list-type=2&prefix=raw%2F')).toEqual(['s3:ListBucket b {"s3:prefix":"raw/"}'])
    expect(s3('DELETE', '/b/k?versionId=1')).toEqual(['s3:DeleteObjectVersion b/k'])
    expect(s3('DELETE', '/b/k?uploadId=1')).toEqual(['s3:AbortMultipartUpload b/k'])
    const objects =
      '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key><VersionId>1</VersionId></Object></Delete>'
    expect(s3('POST', '/b?delete', { body: objects })).toEqual(['s3:DeleteObject b/a&b', 's3:DeleteObjectVersion b/c'])
  })

  it('an S3 request that creates an object says so, and with which condition', () => {
    const creates = (value: boolean, condition = '') => `{${condition}"s3:ObjectCreationOperation":"${value}"}`
    expect(s3('PUT', '/b/k', { headers: { 'if-none-match': '*' } })).toEqual([
      `s3:PutObject b/k ${creates(true, '"s3:if-none-match":"*",')}`,
    ])
    expect(s3('POST', '/b/k?uploads')).toEqual([`s3:PutObject b/k ${creates(false)}`])
    expect(s3('PUT', '/b/k?partNumber=1&uploadId=u')).toEqual([`s3:PutObject b/k ${creates(false)}`])
    expect(s3('POST', '/b/k?uploadId=u')).toEqual([`s3:PutObject b/k ${creates(true)}`])
  })

  it('an S3 request that sets tags has them as keys', () => {
    const body = '<Tagging><TagSet><Tag><Key>state</Key><Value>ended</Value></Tag></TagSet></Tagging>'
    expect(s3('PUT', '/b/k?tagging', { body })).toEqual([
      's3:PutObjectTagging b/k {"s3:RequestObjectTagKeys":["state"],"s3:RequestObjectTag/state":"ended"}',
    ])
    expect(s3('PUT', '/b/k', { headers: { 'x-amz-tagging': 'state=ended' } }).map((one) => one.split(' ')[0])).toEqual([
      's3:PutObject',
      's3:PutObjectTagging',
    ])
  })
})
