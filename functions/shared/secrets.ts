import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  SecretsManagerSecretReader,
  SecretsManagerSecretStore,
} from '../../lib/secrets/secrets-manager-secret-store.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from './clients.ts'

/** Opens the passwords of mail accounts for a function that logs in with them. */
export const openPasswordReader = () => new SecretsManagerSecretReader(newClient(), 'account', names())

/** Opens the client secrets of OAuth2 profiles for a function that requests tokens from providers. */
export const openClientSecretReader = () => new SecretsManagerSecretReader(newClient(), 'profile', names())

/** Opens the passwords of mail accounts for a function that writes or deletes them. */
export const openPasswordStore = () => new SecretsManagerSecretStore(newClient(), 'account', owned())

/** Opens the client secrets of OAuth2 profiles for a function that writes or deletes them. */
export const openClientSecretStore = () => new SecretsManagerSecretStore(newClient(), 'profile', owned())

/** Opens the secrets of destinations for a function that sends to them. */
export const openDestinationSecretReader = () => new SecretsManagerSecretReader(newClient(), 'destination', names())

/** Opens the secrets of destinations for a function that writes or deletes them. */
export const openDestinationSecretStore = () => new SecretsManagerSecretStore(newClient(), 'destination', owned())

const newClient = () => new SecretsManagerClient(clientSettings)

const names = () => ({ prefix: readEnvironment(['SECRET_NAME_PREFIX']).SECRET_NAME_PREFIX })

const owned = () => {
  const { DEPLOYMENT_ID, SECRET_KEY_ARN } = readEnvironment(['DEPLOYMENT_ID', 'SECRET_KEY_ARN'])
  return { ...names(), deployment: DEPLOYMENT_ID, kmsKey: SECRET_KEY_ARN }
}
