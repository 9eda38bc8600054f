import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Kms, startKms } from '../../local/emulators/kms/start-kms.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'
import { temporaryFolder } from './support/fixture-assembly.ts'

const arnPrefix = 'arn:aws:kms:us-east-1:000000000000:key/'
const EncryptionContext = { account: 'one', purpose: 'test' }
let folder: string
let server: Kms
let client: KMSClient

const start = async (): Promise<void> => {
  const keys = new AccessKeys()
  server = await startKms({ folder, arnPrefix, access: { keys } })
  client = new KMSClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: keys.credentials('test'),
    maxAttempts: 1,
  })
}
const stop = async (): Promise<void> => {
  client.destroy()
  await server.close()
}
beforeEach(async () => {
  folder = temporaryFolder()
  await start()
  await server.ensure('one')
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true })
})

const generate = (KeyId = 'one', KeySpec: 'AES_128' | 'AES_256' = 'AES_256') =>
  client.send(new GenerateDataKeyCommand({ KeyId, KeySpec, EncryptionContext }))

describe('the KMS emulator', { timeout: 10_000 }, () => {
  it('the KMS emulator finds a key by its id and by its ARN, and returns the ARN', async () => {
    for (const id of ['one', `${arnPrefix}one`]) expect((await generate(id)).KeyId).toBe(`${arnPrefix}one`)
    await expect(generate('two')).rejects.toMatchObject({ name: 'NotFoundException' })
    await expect(generate('arn:aws:kms:us-east-1:111111111111:key/one')).rejects.toMatchObject({
      name: 'NotFoundException',
    })
  })

  it('the KMS emulator creates data keys of 16 and 32 bytes', async () => {
    expect((await generate('one', 'AES_128')).Plaintext).toHaveLength(16)
    expect((await generate('one', 'AES_256')).Plaintext).toHaveLength(32)
  })

  it('the KMS emulator decrypts with and without a key id, regardless of the order of the context', async () => {
    const { CiphertextBlob, Plaintext } = await generate()
    const context = { purpose: 'test', account: 'one' }
    for (const KeyId of [undefined, 'one', `${arnPrefix}one`]) {
      const answer = await client.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: context }))
      expect(answer).toMatchObject({ KeyId: `${arnPrefix}one`, Plaintext })
    }
  })

  it.each([
    ['no context', undefined],
    ['one pair missing', { account: 'one' }],
    ['an additional pair', { ...EncryptionContext, more: '1' }],
    ['another value', { ...EncryptionContext, account: 'two' }],
  ])('the KMS emulator does not decrypt with %s', async (_, context) => {
    const { CiphertextBlob } = await generate()
    const work = client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }))
    await expect(work).rejects.toMatchObject({ name: 'InvalidCiphertextException' })
  })

  it('the KMS emulator does not decrypt a changed ciphertext, or one that another key encrypted', async () => {
    const { CiphertextBlob = new Uint8Array() } = await generate()
    const { sealed, ...rest } = JSON.parse(Buffer.from(CiphertextBlob).toString())
    const bytes = Buffer.from(sealed, 'base64')
    for (const index of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ 1
      const blob = Buffer.from(JSON.stringify({ ...rest, sealed: changed.toString('base64') }))
      await expect(client.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext }))).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      })
    }
    await server.ensure('two')
    await expect(
      client.send(new DecryptCommand({ KeyId: 'two', CiphertextBlob, EncryptionContext })),
    ).rejects.toMatchObject({ name: 'IncorrectKeyException' })
  })

  it('the KMS emulator refuses unsupported operations and members', async () => {
    const encrypt = new EncryptCommand({ KeyId: 'one', Plaintext: new Uint8Array([1]) })
    await expect(client.send(encrypt)).rejects.toMatchObject({ name: 'UnknownOperationException' })
    const dry = new GenerateDataKeyCommand({ KeyId: 'one', KeySpec: 'AES_256', DryRun: true })
    await expect(client.send(dry)).rejects.toMatchObject({ name: 'ValidationException', message: /DryRun/ })
  })

  it('the KMS emulator keeps its keys across a restart, in a file that only its owner can read', async () => {
    const { CiphertextBlob, Plaintext } = await generate()
    await stop()
    await start()
    await server.ensure('one')
    const answer = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
    expect(answer.Plaintext).toEqual(Plaintext)
    expect(readdirSync(folder)).toEqual(['kms.json'])
    expect(statSync(join(folder, 'kms.json')).mode & 0o777).toBe(0o600)
  })

  it('the KMS emulator refuses a corrupted file and states the remedy', async () => {
    await stop()
    for (const text of ['', '{"format":2,"keys":[]}', readFileSync(join(folder, 'kms.json'), 'utf8').slice(0, -3)]) {
      writeFileSync(join(folder, 'kms.json'), text)
      await expect(start()).rejects.toThrow(/kms\.json is corrupted .*connect the OAuth2 accounts again/)
    }
    rmSync(join(folder, 'kms.json'))
    await start()
  })
})
