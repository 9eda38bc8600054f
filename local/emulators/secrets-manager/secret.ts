import * as z from 'zod'

const versionSchema = z.object({
  versionId: z.string(),
  secretString: z.string().optional(),
  /** Base64. */
  secretBinary: z.string().optional(),
  createdAt: z.number(),
  stages: z.array(z.string()),
})

const secretSchema = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  kmsKeyId: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  createdAt: z.number(),
  changedAt: z.number(),
  accessedAt: z.number().optional(),
  /** The end of a deleted secret's recovery window. All times are milliseconds since 1970. */
  deletionAt: z.number().optional(),
  versions: z.array(versionSchema),
})

export const secretsFileSchema = z.object({ format: z.literal(1), secrets: z.array(secretSchema) })

export type Secret = z.infer<typeof secretSchema>
export type SecretVersion = z.infer<typeof versionSchema>

export type SecretsErrorCode =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidRequestException'
  | 'InvalidParameterException'
  | 'InvalidNextTokenException'
  | 'LimitExceededException'

/** An error that Secrets Manager returns, with its code and message. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError'
  readonly code: SecretsErrorCode

  constructor(code: SecretsErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
