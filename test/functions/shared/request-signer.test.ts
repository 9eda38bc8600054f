import { Readable } from 'node:stream'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { clientSettings } from '../../../functions/shared/clients.ts'
import { RequestSigner } from '../../../functions/shared/request-signer.ts'
import { seededRandom } from '../../mail-server/random.ts'

/** The SDK's own implementation. */
const { sha256 } = new DynamoDBClient({ region: 'us-east-1' }).config

const random = seededRandom(16)
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
const words = ['a', 'B7', 'ä ö', "o'(x)*!", '%2F', 'x  y', '..', '~_-.', '/', '=&+', '日本', ' pad ', '\ttab']
const text = (parts: number): string => Array.from({ length: parts }, () => pick(words)).join('')

const aRequest = () => ({
  method: pick(['GET', 'PUT', 'POST', 'DELETE']),
  protocol: 'https:',
  hostname: 'example.amazonaws.com',
  path: `/${Array.from({ length: Math.floor(random() * 4) }, () => encodeURIComponent(text(2))).join('/')}`,
  query: Object.fromEntries(
    Array.from({ length: Math.floor(random() * 4) }, () => [text(1), pick([text(2), '', [text(1), text(2)]])]),
  ),
  headers: {
    host: 'example.amazonaws.com',
    'content-type': pick(['application/json', 'message/rfc822; x="  y "']),
    'User-Agent': text(2),
    Expect: '100-continue',
    ...(random() < 0.3 && { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
    ...(random() < 0.5 && { 'X-Amz-Meta-Word': 'x   y  z' }),
    ...(random() < 0.2 && { authorization: 'old', 'x-amz-date': 'old' }),
  },
  body: pick([undefined, '', 'text ä', Buffer.from([0, 255, 128]), new Uint8Array([1, 2]), Readable.from([])]),
})

describe('the signer of requests', () => {
  it('signs 2,000 random requests exactly as the SDK’s own signer does', async () => {
    for (let round = 0; round < 2_000; round += 1) {
      const options = {
        credentials: async () => ({
          accessKeyId: `key-${pick(words)}`,
          secretAccessKey: pick(['secret', 'other']),
          ...(random() < 0.5 && { sessionToken: 'token' }),
        }),
        region: pick(['us-east-1', 'eu-central-1']),
        service: pick(['s3', 'dynamodb', 'sns']),
        uriEscapePath: random() < 0.5,
        sha256,
      }
      const request = aRequest()
      const credentials = await options.credentials()
      const fixed = { ...options, credentials }
      const date = { signingDate: new Date(Date.UTC(2026, Math.floor(random() * 12), 3, 4, 5, 6)) }
      const more = pick([{}, { signingRegion: 'eu-west-1' }, { signingService: 'sqs' }])
      const headers = pick([{}, { unsignableHeaders: new Set(['content-type']) }])
      const given = { ...date, ...more, ...headers }
      expect((await new RequestSigner(fixed).sign(request, given)).headers).toEqual(
        (await new SignatureV4(fixed).sign(request, given)).headers,
      )
    }
  })

  it('signs with new credentials as soon as the provider returns them', async () => {
    let secretAccessKey = 'first'
    const options = {
      credentials: async () => ({ accessKeyId: 'key', secretAccessKey }),
      region: 'us-east-1',
      service: 's3',
      sha256,
    }
    const request = aRequest()
    const given = { signingDate: new Date(0) }
    for (secretAccessKey of ['first', 'second', 'first'])
      expect((await new RequestSigner(options).sign(request, given)).headers.authorization).toBe(
        (await new SignatureV4(options).sign(request, given)).headers.authorization,
      )
  })

  it('the clients of the functions use it', async () => {
    const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
    for (const Client of [DynamoDBClient, S3Client]) {
      const client = new Client({ ...clientSettings, region: 'us-east-1', credentials })
      expect(await client.config.signer()).toBeInstanceOf(RequestSigner)
      // With it, the SDK would copy the input and the output of each call.
      expect(client.config.logger.info).toBeUndefined()
    }
  })
})
