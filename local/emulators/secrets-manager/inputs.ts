import * as z from 'zod'
import { filtersSchema } from './filters.ts'

/** Secrets Manager allows names of 1 to 512 characters: letters, digits and /_+=.@- */
const name = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[\w/+=.@-]+$/)
const secretId = z.string().min(1).max(2048)
const token = z.string().min(32).max(64).optional()
/** A secret value has at most 65,536 bytes. */
const value = {
  SecretString: z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= 65_536)
    .optional(),
  SecretBinary: z
    .base64()
    .refine((text) => Buffer.byteLength(text, 'base64') <= 65_536)
    .optional(),
}
/** The characters that AWS allows in every service's tags. */
const tagText = z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u)
/** AWS reserves keys that begin with `aws:`. */
const tagKey = tagText
  .min(1)
  .max(128)
  .regex(/^(?!aws:)/i)
const tags = z.array(z.object({ Key: tagKey, Value: tagText.max(256).default('') })).max(50)
const described = { Description: z.string().max(2048).optional(), KmsKeyId: z.string().optional() }
const paged = { MaxResults: z.number().int().min(1).max(100).default(100), NextToken: z.string().optional() }

/** The input of each supported operation. Other members are refused instead of ignored. */
export const inputs = {
  CreateSecret: z.strictObject({
    Name: name,
    ClientRequestToken: token,
    ...described,
    ...value,
    Tags: tags.default([]),
  }),
  GetSecretValue: z.strictObject({
    SecretId: secretId,
    VersionId: z.string().optional(),
    VersionStage: z.string().optional(),
  }),
  PutSecretValue: z.strictObject({
    SecretId: secretId,
    ClientRequestToken: token,
    ...value,
    VersionStages: z.array(z.string()).min(1).max(20).default(['AWSCURRENT']),
  }),
  UpdateSecret: z.strictObject({ SecretId: secretId, ClientRequestToken: token, ...described, ...value }),
  DescribeSecret: z.strictObject({ SecretId: secretId }),
  ListSecrets: z.strictObject({
    Filters: filtersSchema.default([]),
    ...paged,
    IncludePlannedDeletion: z.boolean().default(false),
    SortOrder: z.enum(['asc', 'desc']).default('desc'),
  }),
  BatchGetSecretValue: z.strictObject({
    SecretIdList: z.array(secretId).min(1).max(20).optional(),
    Filters: filtersSchema.optional(),
    MaxResults: z.number().int().min(1).max(20).default(20),
    NextToken: z.string().optional(),
  }),
  DeleteSecret: z.strictObject({
    SecretId: secretId,
    RecoveryWindowInDays: z.number().int().min(7).max(30).optional(),
    ForceDeleteWithoutRecovery: z.boolean().default(false),
  }),
  RestoreSecret: z.strictObject({ SecretId: secretId }),
  ListSecretVersionIds: z.strictObject({ SecretId: secretId, IncludeDeprecated: z.boolean().default(false), ...paged }),
  TagResource: z.strictObject({ SecretId: secretId, Tags: tags }),
  UntagResource: z.strictObject({ SecretId: secretId, TagKeys: z.array(z.string()).max(50) }),
} as const
