import { randomUUID } from 'node:crypto'
import type { Operations } from '../signed-calls/serve-json-service.ts'
import { matchesFilters } from './filters.ts'
import type { inputs } from './inputs.ts'
import { type Secret, SecretsError } from './secret.ts'
import { addVersion, findVersion, type SecretValue, versionStages } from './secret-versions.ts'
import type { SecretsFile } from './secrets-file.ts'

const day = 86_400_000
const seconds = (time: number): number => time / 1000

/** The Secrets Manager operations on the secrets in the file. */
export const secretsOperations = (file: SecretsFile, now: () => number): Operations<typeof inputs> => {
  /** A secret that is not scheduled for deletion. */
  const active = (secretId: string): Secret => {
    const secret = file.get(secretId)
    if (secret.deletionAt === undefined) return secret
    throw new SecretsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }
  const readValue = (secret: Secret, versionId?: string, stage?: string): object => {
    const version = findVersion(secret, versionId, stage)
    secret.accessedAt = now() - (now() % day)
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.versionId,
      VersionStages: version.stages,
      SecretString: version.secretString,
      SecretBinary: version.secretBinary,
      CreatedDate: seconds(version.createdAt),
    }
  }
  const describe = (secret: Secret): object => ({
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: seconds(secret.createdAt),
    LastChangedDate: seconds(secret.changedAt),
    LastAccessedDate: secret.accessedAt === undefined ? undefined : seconds(secret.accessedAt),
    DeletedDate: secret.deletionAt === undefined ? undefined : seconds(secret.deletionAt),
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
  })

  return {
    CreateSecret: async (input) => {
      const value = given(input)
      const versionId = input.ClientRequestToken ?? randomUUID()
      const existing = file.find(input.Name)
      if (existing?.deletionAt !== undefined) {
        throw new SecretsError(
          'InvalidRequestException',
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )
      }
      if (existing !== undefined && !existing.versions.some((version) => version.versionId === versionId)) {
        throw new SecretsError(
          'ResourceExistsException',
          `The operation failed because the secret ${input.Name} already exists.`,
        )
      }
      const secret = existing ?? file.add(input.Name)
      if (existing === undefined) {
        if (input.Description !== undefined) secret.description = input.Description
        if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId
        for (const { Key, Value } of input.Tags) secret.tags[Key] = Value
      }
      if (value !== undefined) addVersion(secret, versionId, value, ['AWSCURRENT'], now())
      await file.save()
      return { ARN: secret.arn, Name: secret.name, ...(value !== undefined && { VersionId: versionId }) }
    },
    GetSecretValue: async (input) => readValue(active(input.SecretId), input.VersionId, input.VersionStage),
    PutSecretValue: async (input) => {
      const secret = active(input.SecretId)
      const value = given(input)
      if (value === undefined)
        throw new SecretsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.')
      const version = addVersion(secret, input.ClientRequestToken ?? randomUUID(), value, input.VersionStages, now())
      await file.save()
      return { ARN: secret.arn, Name: secret.name, VersionId: version.versionId, VersionStages: version.stages }
    },
    UpdateSecret: async (input) => {
      const secret = active(input.SecretId)
      const value = given(input)
      if (input.Description !== undefined) secret.description = input.Description
      if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId
      const version =
        value === undefined
          ? undefined
          : addVersion(secret, input.ClientRequestToken ?? randomUUID(), value, ['AWSCURRENT'], now())
      secret.changedAt = now()
      await file.save()
      return { ARN: secret.arn, Name: secret.name, VersionId: version?.versionId }
    },
    DescribeSecret: async (input) => {
      const secret = file.get(input.SecretId)
      return { ...describe(secret), VersionIdsToStages: versionStages(secret) }
    },
    ListSecrets: async (input) => {
      const matching = file
        .all()
        .filter((secret) => input.IncludePlannedDeletion || secret.deletionAt === undefined)
        .filter((secret) => matchesFilters(secret, input.Filters))
        .sort(
          (a, b) => (a.createdAt - b.createdAt || a.name.localeCompare(b.name)) * (input.SortOrder === 'asc' ? 1 : -1),
        )
      const { page, next } = paged(matching, input.MaxResults, input.NextToken)
      return {
        SecretList: page.map((secret) => ({ ...describe(secret), SecretVersionsToStages: versionStages(secret) })),
        NextToken: next,
      }
    },
    BatchGetSecretValue: async (input) => {
      if ((input.SecretIdList === undefined) === (input.Filters === undefined)) {
        throw new SecretsError('InvalidParameterException', 'You must include Filters or SecretIdList, but not both.')
      }
      const filters = input.Filters ?? []
      const byFilter = file.all().filter((secret) => secret.deletionAt === undefined && matchesFilters(secret, filters))
      const ids = input.SecretIdList ?? byFilter.map((secret) => secret.arn).sort()
      const { page, next } = paged(ids, input.MaxResults, input.NextToken)
      const values: object[] = []
      const errors: object[] = []
      for (const id of page) {
        try {
          values.push(readValue(active(id)))
        } catch (error) {
          if (!(error instanceof SecretsError)) throw error
          errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message })
        }
      }
      return { SecretValues: values, Errors: errors, NextToken: next }
    },
    DeleteSecret: async (input) => {
      const secret = input.ForceDeleteWithoutRecovery ? file.get(input.SecretId) : active(input.SecretId)
      if (input.ForceDeleteWithoutRecovery && input.RecoveryWindowInDays !== undefined) {
        throw new SecretsError(
          'InvalidParameterException',
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        )
      }
      const deletionAt = input.ForceDeleteWithoutRecovery ? now() : now() + (input.RecoveryWindowInDays ?? 30) * day
      if (input.ForceDeleteWithoutRecovery) file.remove(secret)
      else secret.deletionAt = deletionAt
      await file.save()
      return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(deletionAt) }
    },
    RestoreSecret: async (input) => {
      const secret = file.get(input.SecretId)
      delete secret.deletionAt
      await file.save()
      return { ARN: secret.arn, Name: secret.name }
    },
    ListSecretVersionIds: async (input) => {
      const secret = file.get(input.SecretId)
      const listed = secret.versions.filter((version) => input.IncludeDeprecated || version.stages.length > 0)
      const { page, next } = paged(listed, input.MaxResults, input.NextToken)
      const versions = page.map((version) => ({
        VersionId: version.versionId,
        VersionStages: version.stages,
        CreatedDate: seconds(version.createdAt),
      }))
      return { ARN: secret.arn, Name: secret.name, Versions: versions, NextToken: next }
    },
    TagResource: async (input) => {
      const secret = active(input.SecretId)
      for (const { Key, Value } of input.Tags) secret.tags[Key] = Value
      secret.changedAt = now()
      await file.save()
      return {}
    },
    UntagResource: async (input) => {
      const secret = active(input.SecretId)
      for (const key of input.TagKeys) delete secret.tags[key]
      secret.changedAt = now()
      await file.save()
      return {}
    },
  }
}

const given = (input: {
  SecretString?: string | undefined
  SecretBinary?: string | undefined
}): SecretValue | undefined => {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    throw new SecretsError('InvalidParameterException', "You can't specify both SecretString and SecretBinary.")
  }
  if (input.SecretString === undefined && input.SecretBinary === undefined) return undefined
  return { secretString: input.SecretString, secretBinary: input.SecretBinary }
}

const paged = <T>(
  items: readonly T[],
  limit: number,
  token: string | undefined,
): { page: T[]; next: string | undefined } => {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString())
  if (!Number.isInteger(start) || start < 0)
    throw new SecretsError('InvalidNextTokenException', 'The NextToken value is invalid.')
  const end = start + limit
  return {
    page: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  }
}
