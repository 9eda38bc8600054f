import { Readable } from 'node:stream'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from '../../local/emulators/signed-calls/access-keys.ts'
import { type LocalStack, type ServiceCall, startLocal } from '../../local/start-local.ts'
import { fixtureStacks } from './support/fixture-assembly.ts'
import { type RequestToSign, sendSigned } from './support/signed-request.ts'

let local: LocalStack
let other: LocalStack
let Bucket: string
const calls: ServiceCall[] = []

beforeAll(async () => {
  local = await startLocal({ assembly: fixtureStacks, onServiceCall: (call) => void calls.push(call) })
  other = await startLocal({ assembly: fixtureStacks })
  Bucket = local.resources.Files ?? ''
})
afterAll(async () => {
  await local.stop()
  await other.stop()
})

const settings = (endpoint: string, credentials: Credentials = local.clientConfig.credentials) => ({
  region: 'us-east-1',
  endpoint,
  credentials,
  maxAttempts: 1,
})

/** One harmless call to each service with the SDK's own client. */
const everyService = (credentials: Credentials): Record<string, () => Promise<unknown>> => ({
  DynamoDB: () => new DynamoDBClient(settings(local.endpoints.dynamodb, credentials)).send(new ListTablesCommand({})),
  SQS: () => new SQSClient(settings(local.endpoints.sqs, credentials)).send(new ListQueuesCommand({})),
  SNS: () => new SNSClient(settings(local.endpoints.sns, credentials)).send(new ListTopicsCommand({})),
  S3: () =>
    new S3Client(settings(local.endpoints.s3, credentials)).send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })),
  'Secrets Manager': () =>
    new SecretsManagerClient(settings(local.endpoints.secretsManager, credentials)).send(new ListSecretsCommand({})),
  KMS: () =>
    new KMSClient(settings(local.endpoints.kms, credentials)).send(
      new GenerateDataKeyCommand({ KeyId: local.resources.Key, KeySpec: 'AES_256' }),
    ),
})

const send = (request: Omit<RequestToSign, 'service'>, credentials = local.clientConfig.credentials) =>
  sendSigned(local.endpoints.secretsManager, credentials, {
    service: 'secretsmanager',
    body: '{}',
    ...request,
    headers: { 'x-amz-target': 'secretsmanager.ListSecrets', ...request.headers },
  })

describe("the emulators' signature check", { timeout: 20_000 }, () => {
  it('the emulators accept the SDK with the keys of the run, for every service', async () => {
    for (const [name, call] of Object.entries(everyService(local.clientConfig.credentials)))
      await expect(call(), name).resolves.toBeDefined()
  })

  it('the emulators refuse the SDK with any other key, for every service, with errors that its clients understand', async () => {
    const { accessKeyId, secretAccessKey } = local.clientConfig.credentials
    for (const credentials of [
      { accessKeyId: 'test', secretAccessKey: 'test' },
      { accessKeyId, secretAccessKey: 'local-secret-access-key' },
      // Every caller has its own secret, so a caller cannot sign as another function.
      { accessKeyId: 'Services', secretAccessKey },
      // Every run has its own key.
      other.clientConfig.credentials,
    ])
      for (const [name, call] of Object.entries(everyService(credentials)))
        await expect(call(), name).rejects.toMatchObject({
          name: expect.toBeOneOf(['InvalidSignatureException', 'SignatureDoesNotMatch']),
          message: expect.stringContaining('Every run has new keys'),
        })
  })

  it('the observer receives only calls with a valid signature', async () => {
    calls.length = 0
    await send({}, { accessKeyId: 'Services', secretAccessKey: 'guessed' })
    await send({})
    expect(calls.map((call) => call.accessKeyId)).toEqual(['local-test'])
  })

  it.each<[string, Omit<RequestToSign, 'service'>, number, string]>([
    ['another body', { changed: { body: '{"a":1}' } }, 403, 'InvalidSignatureException'],
    ['a longer body', { changed: { body: '{} ' } }, 403, 'InvalidSignatureException'],
    ['no body', { changed: { body: '' } }, 403, 'InvalidSignatureException'],
    ['another query', { changed: { target: '/?a=b' } }, 403, 'InvalidSignatureException'],
    [
      'another operation',
      { changed: { headers: { 'x-amz-target': 'secretsmanager.DeleteSecret' } } },
      403,
      'InvalidSignatureException',
    ],
    ['another payload hash', { payloadHash: '0'.repeat(64) }, 403, 'InvalidSignatureException'],
    ['an unsigned payload, which only S3 accepts', { payloadHash: 'UNSIGNED-PAYLOAD' }, 403, 'InvalidSignature'],
    ['no hash of the payload', { payloadHash: '' }, 400, 'IncompleteSignatureException'],
    ['an operation that is not covered', { uncovered: 'x-amz-target' }, 400, 'IncompleteSignatureException'],
    ['a host that is not covered', { uncovered: 'host' }, 400, 'IncompleteSignatureException'],
    ['a time 6 minutes ago', { now: new Date(Date.now() - 360_000) }, 403, 'InvalidSignatureException'],
    ['a time in 6 minutes', { now: new Date(Date.now() + 360_000) }, 403, 'InvalidSignatureException'],
    ['two signatures', { target: '/?X-Amz-Signature=00' }, 400, 'IncompleteSignatureException'],
  ])('the emulators refuse a valid key with %s', async (_, request, status, code) => {
    const answer = await send(request)
    expect(answer).toEqual({ status, text: expect.stringContaining(code) })
    expect(answer.text).not.toContain('SecretList')
  })

  it('the emulators accept a request signed with a clock that is four minutes off', async () => {
    for (const minutes of [-4, 4])
      expect((await send({ now: new Date(Date.now() + minutes * 60_000) })).status).toBe(200)
  })

  it("the emulators refuse a body that exceeds the service's limit before they have read all of it", async () => {
    const body = 'x'.repeat(2 * 1024 * 1024)
    expect((await send({ body })).status).toBe(413)
  })
})

describe('S3 signatures', { timeout: 20_000 }, () => {
  const s3 = () => new S3Client(settings(local.endpoints.s3))
  const read = async (Key: string) => (await s3().send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()
  const put = (request: Omit<RequestToSign, 'service'>) =>
    sendSigned(local.endpoints.s3, local.clientConfig.credentials, { service: 's3', method: 'PUT', ...request })

  it.each(['a b', "a!'()*~-_.", 'a+b&c=d', 'ü/ß 漢', '100%', 'a?b#c', 'a//b', '@:,;$'])(
    'S3 signatures cover the key %j, in the header and in the query',
    async (Key) => {
      await s3().send(new PutObjectCommand({ Bucket, Key, Body: Key }))
      expect(await read(Key)).toBe(Key)
      const command = new GetObjectCommand({ Bucket, Key, ResponseContentType: 'text/plain; a="b+c d"' })
      const response = await fetch(await getSignedUrl(s3(), command, { expiresIn: 60 }))
      expect([response.status, await response.text()]).toEqual([200, Key])
      expect(response.headers.get('content-type')).toBe('text/plain; a="b+c d"')
    },
  )

  it('S3 accepts a stream whose payload is not signed and has a checksum at its end', async () => {
    const Body = Readable.from([Buffer.from('one '), Buffer.from('two')])
    await s3().send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 7 }))
    expect(await read('stream')).toBe('one two')
  })

  it('S3 refuses a different body before it writes the object', async () => {
    const target = `/${Bucket}/signed`
    expect((await put({ target, body: 'first' })).status).toBe(200)
    const answer = await put({ target, body: 'other', changed: { body: 'third' } })
    expect(answer).toEqual({ status: 400, text: expect.stringContaining('XAmzContentSHA256Mismatch') })
    expect(await read('signed')).toBe('first')
  })

  it('S3 refuses a chunk signature, which the local run cannot verify', async () => {
    const answer = await put({
      target: `/${Bucket}/chunks`,
      body: 'x',
      payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    })
    expect(answer).toEqual({ status: 400, text: expect.stringContaining('XAmzContentSHA256Mismatch') })
  })

  it('S3 refuses a target that names another server', async () => {
    for (const target of [`//evil.example/${Bucket}/k`, `//${Bucket}/k`, '/\\evil.example/k']) {
      const { status } = await put({ method: 'GET', target })
      expect([target, status]).toEqual([target, expect.toBeOneOf([404, 501])])
    }
  })

  it('S3 refuses a presigned URL with a changed or missing part', async () => {
    await s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'precious' }))
    const url = await getSignedUrl(s3(), new GetObjectCommand({ Bucket, Key: 'k' }), { expiresIn: 60 })
    expect((await fetch(url)).status).toBe(200)
    const changes: readonly ((query: URLSearchParams) => void)[] = [
      (query) => query.set('X-Amz-Expires', '604800'),
      (query) => query.set('X-Amz-Expires', '1e9'),
      (query) => query.set('X-Amz-Expires', '-1'),
      (query) => query.delete('X-Amz-Expires'),
      (query) => query.append('X-Amz-Expires', '604800'),
      (query) => query.delete('X-Amz-Signature'),
      (query) => query.set('X-Amz-Signature', ''),
      (query) => query.set('X-Amz-Signature', 'z'.repeat(64)),
      (query) => query.delete('X-Amz-Algorithm'),
      (query) => query.delete('X-Amz-Date'),
      (query) => query.set('X-Amz-SignedHeaders', ''),
      (query) => query.set('X-Amz-Credential', 'Services/20260101/us-east-1/s3/aws4_request'),
      (query) => query.set('response-content-type', 'text/html'),
      (query) => query.append('x-id', 'GetObject'),
    ]
    for (const change of changes) {
      const changed = new URL(url)
      change(changed.searchParams)
      const response = await fetch(changed)
      expect([String(change), response.status]).toEqual([String(change), 403])
      expect(await response.text()).not.toContain('precious')
    }
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403)
    expect((await fetch(url, { headers: { 'x-amz-meta-a': 'b' } })).status).toBe(403)
  })
})
