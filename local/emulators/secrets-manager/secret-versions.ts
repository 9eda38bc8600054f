import { type Secret, SecretsError, type SecretVersion } from './secret.ts'

/** AWS keeps at most 100 versions of a secret and removes unlabelled versions first. */
const maximumVersions = 100

export interface SecretValue {
  readonly secretString?: string | undefined
  readonly secretBinary?: string | undefined
}

/** Adds a version with its labels. The same id with the same value is a repetition and changes nothing. */
export const addVersion = (
  secret: Secret,
  versionId: string,
  value: SecretValue,
  stages: readonly string[],
  now: number,
): SecretVersion => {
  const existing = secret.versions.find((version) => version.versionId === versionId)
  if (existing !== undefined) {
    if (existing.secretString === value.secretString && existing.secretBinary === value.secretBinary) return existing
    throw new SecretsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
    )
  }
  const version: SecretVersion = { versionId, createdAt: now, stages: [] }
  if (value.secretString !== undefined) version.secretString = value.secretString
  if (value.secretBinary !== undefined) version.secretBinary = value.secretBinary
  secret.versions.push(version)
  for (const stage of stages) moveStage(secret, stage, version)
  secret.changedAt = now
  while (secret.versions.length > maximumVersions) {
    const unlabelled = secret.versions.findIndex((one) => one.stages.length === 0)
    if (unlabelled < 0) throw new SecretsError('LimitExceededException', 'The secret has too many labelled versions.')
    secret.versions.splice(unlabelled, 1)
  }
  return version
}

/** A label belongs to one version. The version that loses AWSCURRENT becomes AWSPREVIOUS. */
const moveStage = (secret: Secret, stage: string, to: SecretVersion): void => {
  for (const version of secret.versions) {
    if (!version.stages.includes(stage)) continue
    version.stages = version.stages.filter((one) => one !== stage)
    if (stage === 'AWSCURRENT' && version !== to) moveStage(secret, 'AWSPREVIOUS', version)
  }
  to.stages = [...to.stages, stage]
}

export const findVersion = (
  secret: Secret,
  versionId: string | undefined,
  stage: string | undefined,
): SecretVersion => {
  const wantedStage = stage ?? (versionId === undefined ? 'AWSCURRENT' : undefined)
  const version = secret.versions.find(
    (one) =>
      (versionId === undefined || one.versionId === versionId) &&
      (wantedStage === undefined || one.stages.includes(wantedStage)),
  )
  if (version !== undefined) return version
  const what = versionId === undefined ? `staging label: ${wantedStage}` : `VersionId: ${versionId}`
  throw new SecretsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${what}`,
  )
}

export const versionStages = (secret: Secret): Record<string, string[]> =>
  Object.fromEntries(
    secret.versions
      .filter((version) => version.stages.length > 0)
      .map((version) => [version.versionId, version.stages]),
  )
