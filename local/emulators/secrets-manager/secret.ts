import * as z from 'zod'
import { AwsError } from '../signed-calls/serve-json-service.ts'

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

type SecretsErrorCode =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidRequestException'
  | 'InvalidParameterException'
  | 'InvalidNextTokenException'
  | 'LimitExceededException'

export class SecretsError extends AwsError<SecretsErrorCode> {}
