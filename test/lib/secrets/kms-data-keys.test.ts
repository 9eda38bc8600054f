import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { DataKeyError } from '../../../lib/secrets/data-keys.ts'
import { KmsDataKeys } from '../../../lib/secrets/kms-data-keys.ts'
import { startTestKms, type TestKms } from '../../support/kms.ts'
import { recordCalls } from '../../support/recorded-calls.ts'

const one = { 'postmaster:account': 'one' }

let kms: TestKms
beforeAll(async () => {
  kms = await startTestKms()
})
afterAll(() => kms.stop())

const failureOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DataKeyError)
  expect(error).not.toHaveProperty('cause')
  return error instanceof DataKeyError ? error.failure : undefined
}

describe('KMS data keys', () => {
  it('KMS data keys have 256 bits, are unique, and can be unwrapped with the same context', async () => {
    const keys = new KmsDataKeys(kms.client, kms.keyArn)
    const first = await keys.generate(one)
    const second = await keys.generate(one)
    expect(first.plaintext).toHaveLength(32)
    expect(first.plaintext.equals(second.plaintext)).toBe(false)
    expect(Buffer.from(first.wrapped, 'base64').includes(first.plaintext)).toBe(false)
    expect((await keys.unwrap(first.wrapped, one)).equals(first.plaintext)).toBe(true)
  })

  it('every KMS request contains the key and the context', async () => {
    const keys = new KmsDataKeys(kms.client, kms.keyArn)
    const calls = recordCalls(kms.client, 'kms')
    const { wrapped } = await keys.generate(one)
    await keys.unwrap(wrapped, one)
    expect(calls.map(({ action }) => action)).toEqual(['kms:GenerateDataKey', 'kms:Decrypt'])
    for (const { input } of calls) expect(input).toMatchObject({ KeyId: kms.keyArn, EncryptionContext: one })
  })

  it.each([
    ['of another account', { 'postmaster:account': 'two' }],
    ['of a profile', { 'postmaster:profile': 'one' }],
    ['with an additional pair', { ...one, 'postmaster:profile': 'one' }],
    ['that is empty', {}],
  ])('KMS does not unwrap a data key with a context %s', async (_, context) => {
    const keys = new KmsDataKeys(kms.client, kms.keyArn)
    const { wrapped } = await keys.generate(one)
    expect(await failureOf(keys.unwrap(wrapped, context))).toBe('mismatch')
  })

  it('KMS does not unwrap a data key with another key, or a changed data key', async () => {
    const keys = new KmsDataKeys(kms.client, kms.keyArn)
    const { wrapped } = await keys.generate(one)
    const another = new KmsDataKeys(kms.client, await kms.createKey())
    expect(await failureOf(another.unwrap(wrapped, one))).toBe('mismatch')
    for (const changed of ['AAAA', `${wrapped.slice(0, -8)}AAAAAAA=`])
      expect(await failureOf(keys.unwrap(changed, one))).toBe('mismatch')
  })

  it('KMS fails to generate or unwrap a data key if the KMS key does not exist', async () => {
    const { wrapped } = await new KmsDataKeys(kms.client, kms.keyArn).generate(one)
    const keys = new KmsDataKeys(kms.client, `${kms.keyArn}-of-nobody`)
    expect(await failureOf(keys.generate(one))).toBe('missing')
    expect(await failureOf(keys.unwrap(wrapped, one))).toBe('missing')
  })
})

describe('errors of KMS', () => {
  const answering = async (status: number, body: string) => {
    const server = createServer((request, response) => {
      request.resume()
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return keysAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }
  const keysAt = (endpoint: string) => {
    const client = new KMSClient({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      maxAttempts: 1,
    })
    onTestFinished(() => client.destroy())
    return new KmsDataKeys(client, kms.keyArn)
  }

  it.each([
    [400, 'ThrottlingException', 'unavailable'],
    [400, 'LimitExceededException', 'unavailable'],
    [500, 'KeyUnavailableException', 'unavailable'],
    [500, 'KMSInternalException', 'unavailable'],
    [503, 'DependencyTimeoutException', 'unavailable'],
    [400, 'DisabledException', 'disabled'],
    [400, 'KMSInvalidStateException', 'disabled'],
    [400, 'NotFoundException', 'missing'],
    [400, 'AccessDeniedException', 'refused'],
    [400, 'InvalidCiphertextException', 'mismatch'],
    [400, 'IncorrectKeyException', 'mismatch'],
  ])(
    'the KMS error %i %s means that the key is %s, and its message is not passed on',
    async (status, name, failure) => {
      const keys = await answering(
        status,
        JSON.stringify({ __type: name, message: 'arn:aws:iam::1:role/foreign-words' }),
      )
      for (const work of [() => keys.generate(one), () => keys.unwrap('AAAA', one)]) {
        expect(await failureOf(work())).toBe(failure)
        await expect(work()).rejects.not.toThrow('foreign-words')
      }
    },
  )

  it('a malformed or missing response from KMS means that the key is unavailable', async () => {
    expect(await failureOf((await answering(502, '<html>Bad gateway</html>')).generate(one))).toBe('unavailable')
    // Nothing listens on this port.
    expect(await failureOf(keysAt('http://127.0.0.1:1').generate(one))).toBe('unavailable')
  })

  it('a KMS error caused by our own malformed request is a defect, not a DataKeyError', async () => {
    const keys = await answering(400, JSON.stringify({ __type: 'ValidationException', message: 'x' }))
    await expect(keys.generate(one)).rejects.toMatchObject({ name: 'ValidationException' })
  })
})
