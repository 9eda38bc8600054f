import { Readable } from 'node:stream'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { clientSettings } from '../../../functions/shared/clients.ts'
import { Sha256 } from '../../../functions/shared/sha256.ts'
import { seededRandom } from '../../mail-server/random.ts'

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

type Client = typeof DynamoDBClient | typeof S3Client
type Config = Partial<typeof clientSettings> & {
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}
const signedBy = async (Client: Client, config: Config, request: ReturnType<typeof aRequest>, signingDate: Date) =>
  (await (await new Client(config).config.signer()).sign(request, { signingDate })).headers

describe('the hash with which requests are signed', () => {
  it('gives 1,000 random requests the same signatures as the SDK’s own hash, also when the credentials change', async () => {
    for (let round = 0; round < 1_000; round += 1) {
      const credentials = {
        accessKeyId: `key-${pick(words)}`,
        secretAccessKey: pick(['secret', 'other']),
        ...(random() < 0.5 && { sessionToken: 'token' }),
      }
      const config = { region: pick(['us-east-1', 'eu-central-1']), credentials }
      const Client = pick([DynamoDBClient, S3Client])
      const request = aRequest()
      const date = new Date(Date.UTC(2026, Math.floor(random() * 12), 3, 4, 5, 6))
      const own = await signedBy(Client, { ...clientSettings, ...config }, request, date)
      expect(own).toEqual(await signedBy(Client, config, request, date))
      expect(own.authorization).toContain(`Credential=${credentials.accessKeyId}/`)
    }
  })

  it('the clients of the functions use it, and copy no call for a logger', () => {
    for (const Client of [DynamoDBClient, S3Client]) {
      const { config } = new Client({ ...clientSettings, region: 'us-east-1' })
      expect(config.sha256).toBe(Sha256)
      expect(config.logger.info).toBeUndefined()
    }
  })
})
