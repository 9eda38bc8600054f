import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretsCommand,
  type ListSecretsCommandOutput,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { accountIdOfSecret, readAccountSecret, secretNameOf, writeAccountSecret } from './account-secret.ts'
import type { SecretInventory, SecretStore } from './secret-store.ts'

/** Days; the shortest Secrets Manager allows. */
const recoveryWindow = 7
/** ListSecrets hands over at most this many at a time. */
const listPage = 100

/** The one place that speaks to Secrets Manager. */
export class SecretsManagerSecretStore implements SecretStore, SecretInventory {
  readonly #client: SecretsManagerClient
  readonly #prefix: string

  /** @param prefix of all names, such as `postmaster/` */
  constructor(client: SecretsManagerClient, prefix: string) {
    this.#client = client
    this.#prefix = prefix
  }

  async putPassword(accountId: string, password: string): Promise<string> {
    const name = secretNameOf(this.#prefix, accountId)
    const text = writeAccountSecret(password)
    try {
      return await this.#putVersion(name, text)
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return await this.#create(name, text)
      // In recovery: the answer to every operation but Restore and Describe.
      if (!(error instanceof InvalidRequestException)) throw error
      await this.#client.send(new RestoreSecretCommand({ SecretId: name }))
      return await this.#putVersion(name, text)
    }
  }

  async readPassword(accountId: string, version: string): Promise<string | undefined> {
    try {
      const answer = await this.#client.send(
        new GetSecretValueCommand({ SecretId: secretNameOf(this.#prefix, accountId), VersionId: version }),
      )
      return answer.SecretString === undefined ? undefined : readAccountSecret(answer.SecretString)
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  async deleteWithRecovery(accountId: string): Promise<void> {
    const command = { SecretId: secretNameOf(this.#prefix, accountId), RecoveryWindowInDays: recoveryWindow }
    try {
      await this.#client.send(new DeleteSecretCommand(command))
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  async *createdBefore(time: Date): AsyncGenerator<string[]> {
    let token: string | undefined
    do {
      const answer: ListSecretsCommandOutput = await this.#client.send(
        new ListSecretsCommand({
          Filters: [{ Key: 'name', Values: [`${this.#prefix}account/`] }],
          MaxResults: listPage,
          ...(token && { NextToken: token }),
        }),
      )
      yield (answer.SecretList ?? [])
        .filter(({ CreatedDate }) => CreatedDate !== undefined && CreatedDate < time)
        .map(({ Name = '' }) => accountIdOfSecret(this.#prefix, Name))
        .filter((accountId) => accountId !== undefined)
      token = answer.NextToken
    } while (token)
  }

  async #create(name: string, text: string): Promise<string> {
    try {
      const command = { Name: name, SecretString: text, Description: 'Password of one Postmaster mail account' }
      return versionOf(await this.#client.send(new CreateSecretCommand(command)))
    } catch (error) {
      // Somebody else created it since we looked.
      if (error instanceof ResourceExistsException) return await this.#putVersion(name, text)
      throw error
    }
  }

  async #putVersion(name: string, text: string): Promise<string> {
    return versionOf(await this.#client.send(new PutSecretValueCommand({ SecretId: name, SecretString: text })))
  }
}

const versionOf = ({ VersionId }: { VersionId?: string | undefined }): string => {
  if (!VersionId) throw new Error('Secrets Manager answered without a VersionId')
  return VersionId
}

/** No such secret or version, or a secret in its recovery window. */
const isGone = (error: unknown) =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException
