import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { synthesised } from '../cdk/synthesised.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack } from '../support/stack.ts'

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
})

/**
 * The assembly with the templates of `customerKey=all` and its existing bundles. Only the code of the functions stays
 * the same.
 */
const encryptedAssembly = async (): Promise<string> => {
  const copy = mkdtempSync(join(tmpdir(), 'postmaster-customer-key-'))
  cpSync(await assembly(), copy, { recursive: true })
  const templates = synthesised({ customerKey: 'all' })
  for (const [stack, template] of [
    ['PostmasterStateful', templates.stateful],
    ['PostmasterCollector', templates.collector],
  ] as const) {
    const file = join(copy, `${stack}.template.json`)
    const bundled = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const encrypted = template.toJSON()
    for (const [logicalId, { Type, Properties }] of Object.entries(bundled.Resources))
      if (Type === 'AWS::Lambda::Function') encrypted.Resources[logicalId].Properties.Code = Properties.Code
    writeFileSync(file, JSON.stringify(encrypted))
  }
  return copy
}

let folder: string | undefined
beforeAll(async () => {
  folder = await encryptedAssembly()
}, assemblyLimitMs)
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

describe('the local run with the templates of customerKey=all', () => {
  it('the local run with customerKey=all starts, and creates a secret with the template’s key', {
    timeout: 60_000,
  }, async () => {
    if (folder === undefined) throw new Error('the assembly is missing')
    await using stack = await startStack({ assembly: folder })
    const settings = { type: 'IMAPS', host: 'mail.example.org', username: 'desk', password: 'Key-Password 51c0' }
    const { accountId } = await stack.api.createAccount(settings)
    const client = new SecretsManagerClient({
      ...stack.local.clientConfig,
      endpoint: stack.local.endpoints.secretsManager,
    })
    const describeSecret = new DescribeSecretCommand({ SecretId: `postmaster/account/${accountId}` })
    expect((await client.send(describeSecret)).KmsKeyId).toMatch(/^arn:aws:kms:[a-z0-9-]+:\d+:key\//)
    client.destroy()
  })
})
