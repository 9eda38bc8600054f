import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  SecretsManagerClientSecretReader,
  SecretsManagerClientSecretStore,
  SecretsManagerPasswordReader,
  SecretsManagerSecretStore,
} from '../../lib/secrets/secrets-manager-secret-store.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from './clients.ts'

/** Opens the passwords of mail accounts for a function that logs in with them. */
export const openPasswordReader = () => new SecretsManagerPasswordReader(...reading())

/** Opens the client secrets of OAuth2 profiles for a function that requests tokens from providers. */
export const openClientSecretReader = () => new SecretsManagerClientSecretReader(...reading())

/** Opens the passwords of mail accounts for a function that writes or deletes them. */
export const openPasswordStore = () => new SecretsManagerSecretStore(...writing())

/** Opens the client secrets of OAuth2 profiles for a function that writes or deletes them. */
export const openClientSecretStore = () => new SecretsManagerClientSecretStore(...writing())

const reading = () =>
  [new SecretsManagerClient(clientSettings), readEnvironment(['SECRET_NAME_PREFIX']).SECRET_NAME_PREFIX] as const

const writing = () => {
  const { DEPLOYMENT_ID, SECRET_KEY_ARN } = readEnvironment(['DEPLOYMENT_ID', 'SECRET_KEY_ARN'])
  return [...reading(), DEPLOYMENT_ID, SECRET_KEY_ARN] as const
}
