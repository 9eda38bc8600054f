import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bulkClientSettings, clientSettings, clientSettingsFor } from '../../../functions/shared/clients.ts'

const secret = 'pAss-w0rd-that-must-not-leak'
const silence = 150

/** A service that accepts every request and responds as the test specifies. */
const service = async (answer: (response: ServerResponse) => void = () => undefined) => {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    request.resume()
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    requests,
    settings: {
      ...clientSettingsFor(silence),
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'key' },
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const outcomeOf = async (work: Promise<unknown>) => {
  const began = performance.now()
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, milliseconds: performance.now() - began }
}

afterEach(() => vi.restoreAllMocks())

describe('AWS clients of a function', () => {
  it.each([
    [
      'DynamoDB',
      (settings: object) =>
        new DynamoDBClient(settings).send(new GetItemCommand({ TableName: 't', Key: { id: { S: secret } } })),
    ],
    [
      'Secrets Manager',
      (settings: object) =>
        new SecretsManagerClient(settings).send(new CreateSecretCommand({ Name: 'n', SecretString: secret })),
    ],
    [
      'S3',
      (settings: object) =>
        new S3Client({ ...settings, forcePathStyle: true }).send(
          new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.from(secret) }),
        ),
    ],
  ])('an AWS client for a silent %s times out after three attempts and prints nothing', async (_name, ask) => {
    const printed = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    )
    await using silent = await service()
    const { error, milliseconds } = await outcomeOf(ask(silent.settings))
    expect(error).toMatchObject({ name: 'TimeoutError' })
    expect(silent.requests).toHaveLength(3)
    expect(milliseconds).toBeGreaterThanOrEqual(3 * silence)
    expect(milliseconds).toBeLessThan(5_000)
    expect(printed.flatMap(({ mock }) => mock.calls)).toEqual([])
    expect(String(error)).not.toContain(secret)
  })

  it('an AWS client does not wait for a response that stops halfway', async () => {
    await using half = await service((response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('half')
    })
    const client = new S3Client({ ...half.settings, forcePathStyle: true })
    const { error, milliseconds } = await outcomeOf(
      client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })).then(({ Body }) => Body?.transformToByteArray()),
    )
    expect(error).toBeInstanceOf(Error)
    expect(milliseconds).toBeLessThan(5_000)
  })

  it('an AWS client completes three attempts before the API’s functions end after 29 seconds', () => {
    expect(clientSettings.maxAttempts * clientSettings.requestHandler.requestTimeout).toBeLessThan(27_000)
    expect(clientSettings.requestHandler.throwOnRequestTimeout).toBe(true)
    expect(bulkClientSettings.requestHandler.requestTimeout).toBeGreaterThan(
      clientSettings.requestHandler.requestTimeout,
    )
  })

  it('an AWS client keeps its middleware, and copies no call for a logger', () => {
    expect(clientSettings.cacheMiddleware).toBe(true)
    const { config } = new S3Client({ ...clientSettings, region: 'us-east-1' })
    expect(config.logger.info).toBeUndefined()
  })
})
