import { ProblemError } from '../../../reasons/problem.ts'
import type { SecretStore } from '../../../secrets/secret-store.ts'
import type { Clock } from '../../../text/clock.ts'
import type { Destination } from '../destination.ts'
import type { DestinationInput } from '../destination-input.ts'
import { authSecretId } from './destination-secrets.ts'

/** In milliseconds. The former signing secret also signs for a day, so that receivers have time to change theirs. */
const rotationTime = 24 * 60 * 60_000

type SecretVersions = Pick<Destination, 'secretVersion' | 'previousSecretVersion' | 'previousUntil' | 'authVersion'>
type Secrets = Pick<SecretStore, 'put'>

/** Stores the secrets of the input. @returns their versions */
export const putSecrets = async (
  secrets: Secrets,
  destinationId: string,
  { webhook }: Pick<DestinationInput, 'webhook'>,
): Promise<Pick<SecretVersions, 'secretVersion' | 'authVersion'>> => {
  const { signingSecret, auth } = webhook ?? {}
  return {
    ...(signingSecret !== undefined && { secretVersion: await secrets.put(destinationId, signingSecret) }),
    ...(auth?.value !== undefined && { authVersion: await secrets.put(authSecretId(destinationId), auth.value) }),
  }
}

/**
 * Stores the new secrets of a change. A new signing secret keeps the former one valid for a day.
 * @returns the versions after the change
 * @throws ProblemError `rotation-under-way`
 */
export const secretVersionsAfter = async (
  { destinationSecrets, now }: { readonly destinationSecrets: Secrets; readonly now: Clock },
  current: Destination,
  input: DestinationInput,
): Promise<SecretVersions> => {
  const at = now()
  const isNew = input.webhook?.signingSecret !== undefined
  if (isNew) refuseDuringRotation(current, at)
  const put = await putSecrets(destinationSecrets, current.destinationId, input)
  const signing = isNew
    ? {
        ...(current.secretVersion !== undefined && {
          previousSecretVersion: current.secretVersion,
          previousUntil: new Date(at.getTime() + rotationTime).toISOString(),
        }),
        secretVersion: put.secretVersion,
      }
    : signingVersionsOf(current)
  const authVersion = put.authVersion ?? (input.webhook?.auth ? current.authVersion : undefined)
  return { ...signing, ...(authVersion !== undefined && { authVersion }) }
}

const signingVersionsOf = ({ secretVersion, previousSecretVersion, previousUntil }: Destination) => ({
  ...(secretVersion !== undefined && { secretVersion }),
  ...(previousSecretVersion !== undefined && { previousSecretVersion }),
  ...(previousUntil !== undefined && { previousUntil }),
})

/** Secrets Manager keeps two versions of a secret reliably: the current and the previous one. */
const refuseDuringRotation = ({ previousUntil }: Destination, at: Date): void => {
  if (previousUntil !== undefined && at.toISOString() < previousUntil)
    throw new ProblemError('rotation-under-way', `The former signing secret also signs until ${previousUntil}.`)
}
