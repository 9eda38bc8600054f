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
import {
  accountPasswords,
  clientSecrets,
  idOfSecret,
  readSecret,
  type SecretKind,
  secretNameOf,
  writeSecret,
} from './secret-kind.ts'
import type { ClientSecretStore, SecretInventory, SecretStore } from './secret-store.ts'

/** Days; the shortest Secrets Manager allows. */
const recoveryWindow = 7
/** ListSecrets hands over at most this many at a time. */
const listPage = 100

/** The one place that speaks to Secrets Manager: versions of the secrets of one kind, by id. */
class SecretsManagerSecrets implements SecretInventory {
  readonly #client: SecretsManagerClient
  readonly #prefix: string
  readonly #kind: SecretKind

  /** @param prefix of all names, such as `postmaster/` */
  constructor(client: SecretsManagerClient, prefix: string, kind: SecretKind) {
    this.#client = client
    this.#prefix = prefix
    this.#kind = kind
  }

  protected async put(id: string, value: string): Promise<string> {
    const name = this.#nameOf(id)
    const text = writeSecret(this.#kind, value)
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

  protected async read(id: string, version: string): Promise<string | undefined> {
    try {
      const command = new GetSecretValueCommand({ SecretId: this.#nameOf(id), VersionId: version })
      const { SecretString } = await this.#client.send(command)
      return SecretString === undefined ? undefined : readSecret(this.#kind, SecretString)
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  async deleteWithRecovery(id: string): Promise<void> {
    const command = { SecretId: this.#nameOf(id), RecoveryWindowInDays: recoveryWindow }
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
          Filters: [{ Key: 'name', Values: [this.#nameOf('')] }],
          MaxResults: listPage,
          ...(token && { NextToken: token }),
        }),
      )
      yield (answer.SecretList ?? [])
        .filter(({ CreatedDate }) => CreatedDate !== undefined && CreatedDate < time)
        .map(({ Name = '' }) => idOfSecret(this.#prefix, this.#kind, Name))
        .filter((id) => id !== undefined)
      token = answer.NextToken
    } while (token)
  }

  #nameOf(id: string): string {
    return secretNameOf(this.#prefix, this.#kind, id)
  }

  async #create(name: string, text: string): Promise<string> {
    try {
      const command = { Name: name, SecretString: text, Description: this.#kind.description }
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

/** Passwords of mail accounts. */
export class SecretsManagerSecretStore extends SecretsManagerSecrets implements SecretStore {
  /** @param prefix of all names, such as `postmaster/` */
  constructor(client: SecretsManagerClient, prefix: string) {
    super(client, prefix, accountPasswords)
  }

  async putPassword(accountId: string, password: string): Promise<string> {
    return await this.put(accountId, password)
  }

  async readPassword(accountId: string, version: string): Promise<string | undefined> {
    return await this.read(accountId, version)
  }
}

/** Client secrets of OAuth2 profiles. */
export class SecretsManagerClientSecretStore extends SecretsManagerSecrets implements ClientSecretStore {
  /** @param prefix of all names, such as `postmaster/` */
  constructor(client: SecretsManagerClient, prefix: string) {
    super(client, prefix, clientSecrets)
  }

  async putClientSecret(profileId: string, clientSecret: string): Promise<string> {
    return await this.put(profileId, clientSecret)
  }

  async readClientSecret(profileId: string, version: string): Promise<string | undefined> {
    return await this.read(profileId, version)
  }
}

/** The current text of a secret that a stack made. @throws Error when it is gone: nothing of ours removes it */
export const currentSecretText = async (client: SecretsManagerClient, secretId: string): Promise<string> => {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
  if (SecretString === undefined) throw new Error('A secret of the stack holds no text')
  return SecretString
}

const versionOf = ({ VersionId }: { VersionId?: string | undefined }): string => {
  if (!VersionId) throw new Error('Secrets Manager answered without a VersionId')
  return VersionId
}

/** No such secret or version, or a secret in its recovery window. */
const isGone = (error: unknown) =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException
