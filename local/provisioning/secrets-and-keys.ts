import { randomInt } from 'node:crypto'
import * as z from 'zod'
import { count, type Deployment, flag } from '../assembly/deployment.ts'
import { unsupported } from '../common/errors.ts'
import type { Kms } from '../emulators/kms/start-kms.ts'
import type { SecretsManager } from '../emulators/secrets-manager/start-secrets-manager.ts'

const generated = z.strictObject({
  PasswordLength: count.min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: flag.default(false),
  ExcludeUppercase: flag.default(false),
  ExcludeNumbers: flag.default(false),
  ExcludePunctuation: flag.default(false),
  IncludeSpace: flag.default(false),
  RequireEachIncludedType: z.unknown().optional(),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
})

const properties = z.object({ SecretString: z.string().optional(), GenerateSecretString: generated.optional() })

/**
 * Sets the first value of each declared secret, unless it has one.
 * @returns the ARNs by name
 */
export const provisionSecrets = async (
  deployment: Deployment,
  secrets: SecretsManager,
): Promise<Map<string, string>> => {
  const arns = new Map<string, string>()
  for (const resource of deployment.ofType('AWS::SecretsManager::Secret')) {
    const declared = deployment.read(resource, properties, ['Name', 'Description', 'KmsKeyId'])
    const name = resource.physicalName('Name', 255)
    arns.set(name, await secrets.ensure(name, () => declared.SecretString ?? generate(declared.GenerateSecretString)))
  }
  return arns
}

const generate = (options: z.infer<typeof generated> = generated.parse({})): string => {
  const alphabet = [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ]
    .join('')
    .split('')
    .filter((char) => !options.ExcludeCharacters.includes(char))
  const password = Array.from({ length: options.PasswordLength }, () => alphabet[randomInt(alphabet.length)]).join('')
  if (options.GenerateStringKey === undefined) return password
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(options.SecretStringTemplate ?? '{}'))
  return JSON.stringify({ ...template, [options.GenerateStringKey]: password })
}

const keyProperties = z.object({ KeySpec: z.string().optional(), KeyUsage: z.string().optional() })

/** The local run does not rotate keys, and `local/policies` reads their policies. */
const idle = ['Description', 'EnableKeyRotation', 'Enabled', 'KeyPolicy', 'PendingWindowInDays', 'RotationPeriodInDays']

/** Creates each declared key that does not exist yet. */
export const provisionKeys = async (deployment: Deployment, kms: Kms): Promise<void> => {
  for (const resource of deployment.ofType('AWS::KMS::Key')) {
    const { KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT' } = deployment.read(
      resource,
      keyProperties,
      idle,
    )
    if (KeySpec !== 'SYMMETRIC_DEFAULT' || KeyUsage !== 'ENCRYPT_DECRYPT')
      throw unsupported(
        `${resource.path} is a key for ${KeyUsage} (${KeySpec}). The local run supports only symmetric encryption keys.`,
      )
    await kms.ensure(deployment.physicalId(resource))
  }
}
