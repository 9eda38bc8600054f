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
  type SecretListEntry,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import type {
  ClientSecretReader,
  ClientSecretStore,
  PasswordReader,
  SecretFolder,
  SecretInventory,
  SecretStore,
} from './secret-store.ts'

/**
 * The key of the tag that identifies the deployment that created a secret. Its value is the unique part of the stateful
 * stack's id. A stack that is destroyed and deployed again gets a new id, and so does a second deployment in the same
 * region.
 */
export const deploymentTag = 'postmaster:deployment'

/** A kind of secret. The secret `<prefix><folder>/<id>` contains `{"<field>": "…"}`. */
interface SecretKind {
  readonly folder: SecretFolder
  readonly field: string
  /** Shown in the Secrets Manager console. */
  readonly description: string
}

/** Keyed by account id. Accounts with `oauth2` have no password, and their tokens are stored elsewhere. */
const accountPasswords: SecretKind = {
  folder: 'account',
  field: 'password',
  description: 'Password of one Postmaster mail account',
}

/** Keyed by profile id. */
const clientSecrets: SecretKind = {
  folder: 'profile',
  field: 'clientSecret',
  description: 'Client secret of one Postmaster OAuth2 profile',
}

/** @throws Error that contains nothing from the content; JSON's own message would quote it */
const readSecret = ({ folder, field }: SecretKind, text: string): string => {
  const value = z.strictObject({ [field]: z.string().min(1) }).safeParse(jsonOf(text)).data?.[field]
  if (value === undefined) throw new Error(`A secret of the kind ${folder} does not have the form {"${field}": …}`)
  return value
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** In days. This is the shortest recovery window that Secrets Manager allows. */
const recoveryWindow = 7
/** The maximum page size of ListSecrets. */
const listPage = 100

/** Reads one kind of secret by id and version, but never the latest version. */
abstract class StoredSecrets {
  protected abstract readonly kind: SecretKind
  protected readonly client: SecretsManagerClient
  protected readonly prefix: string

  /** @param prefix the beginning of every name, for example `postmaster/` */
  constructor(client: SecretsManagerClient, prefix: string) {
    this.client = client
    this.prefix = prefix
  }

  protected async read(id: string, version: string): Promise<string | undefined> {
    try {
      const command = new GetSecretValueCommand({ SecretId: this.nameOf(id), VersionId: version })
      const { SecretString } = await this.client.send(command)
      return SecretString === undefined ? undefined : readSecret(this.kind, SecretString)
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  protected nameOf(id: string): string {
    return `${this.prefix}${this.kind.folder}/${id}`
  }
}

/** Also writes, deletes and lists secrets. Every secret that it creates has the tag of its deployment. */
abstract class OwnedSecrets extends StoredSecrets implements SecretInventory {
  readonly #deployment: string
  readonly #kmsKey: string | undefined

  /**
   * @param prefix the beginning of every name, for example `postmaster/`
   * @param deployment the value of the tag on every secret that the store creates
   * @param kmsKey the key that encrypts every secret that the store creates; if omitted, AWS's own key for Secrets
   * Manager
   */
  constructor(client: SecretsManagerClient, prefix: string, deployment: string, kmsKey?: string) {
    super(client, prefix)
    this.#deployment = deployment
    this.#kmsKey = kmsKey
  }

  protected async put(id: string, value: string): Promise<string> {
    const name = this.nameOf(id)
    const text = JSON.stringify({ [this.kind.field]: value })
    try {
      return await this.#putVersion(name, text)
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return await this.#create(name, text)
      // In its recovery window, a secret returns this error for every operation except Restore and Describe.
      if (!(error instanceof InvalidRequestException)) throw error
      await this.client.send(new RestoreSecretCommand({ SecretId: name }))
      return await this.#putVersion(name, text)
    }
  }

  async deleteWithRecovery(id: string): Promise<void> {
    const command = { SecretId: this.nameOf(id), RecoveryWindowInDays: recoveryWindow }
    try {
      await this.client.send(new DeleteSecretCommand(command))
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  async *ownUnchangedSince(time: Date): AsyncGenerator<string[]> {
    const start = this.nameOf('')
    let token: string | undefined
    do {
      const answer: ListSecretsCommandOutput = await this.client.send(
        new ListSecretsCommand({
          Filters: [
            { Key: 'name', Values: [start] },
            { Key: 'tag-key', Values: [deploymentTag] },
            { Key: 'tag-value', Values: [this.#deployment] },
          ],
          MaxResults: listPage,
          ...(token && { NextToken: token }),
        }),
      )
      yield (answer.SecretList ?? [])
        .filter((secret) => this.#isOwn(secret) && isUnchangedSince(time, secret))
        .flatMap(({ Name = '' }) => (Name.startsWith(start) && Name !== start ? Name.slice(start.length) : []))
      token = answer.NextToken
    } while (token)
  }

  /** The filters of ListSecrets match prefixes, and may match the key of one tag and the value of another. */
  #isOwn({ Tags = [] }: SecretListEntry): boolean {
    return Tags.some(({ Key, Value }) => Key === deploymentTag && Value === this.#deployment)
  }

  async #create(name: string, text: string): Promise<string> {
    try {
      const command = {
        Name: name,
        SecretString: text,
        Description: this.kind.description,
        Tags: [{ Key: deploymentTag, Value: this.#deployment }],
        ...(this.#kmsKey !== undefined && { KmsKeyId: this.#kmsKey }),
      }
      return versionOf(await this.client.send(new CreateSecretCommand(command)))
    } catch (error) {
      // Another request has created it in the meantime.
      if (error instanceof ResourceExistsException) return await this.#putVersion(name, text)
      throw error
    }
  }

  async #putVersion(name: string, text: string): Promise<string> {
    return versionOf(await this.client.send(new PutSecretValueCommand({ SecretId: name, SecretString: text })))
  }
}

/** Passwords of mail accounts, for functions that log in with them. */
export class SecretsManagerPasswordReader extends StoredSecrets implements PasswordReader {
  protected readonly kind = accountPasswords

  readPassword(accountId: string, version: string): Promise<string | undefined> {
    return this.read(accountId, version)
  }
}

/** Passwords of mail accounts. */
export class SecretsManagerSecretStore extends OwnedSecrets implements SecretStore {
  protected readonly kind = accountPasswords

  readPassword(accountId: string, version: string): Promise<string | undefined> {
    return this.read(accountId, version)
  }

  putPassword(accountId: string, password: string): Promise<string> {
    return this.put(accountId, password)
  }
}

/** Client secrets of OAuth2 profiles, for functions that request tokens from providers. */
export class SecretsManagerClientSecretReader extends StoredSecrets implements ClientSecretReader {
  protected readonly kind = clientSecrets

  readClientSecret(profileId: string, version: string): Promise<string | undefined> {
    return this.read(profileId, version)
  }
}

/** Client secrets of OAuth2 profiles. */
export class SecretsManagerClientSecretStore extends OwnedSecrets implements ClientSecretStore {
  protected readonly kind = clientSecrets

  readClientSecret(profileId: string, version: string): Promise<string | undefined> {
    return this.read(profileId, version)
  }

  putClientSecret(profileId: string, clientSecret: string): Promise<string> {
    return this.put(profileId, clientSecret)
  }
}

const versionOf = ({ VersionId }: { VersionId?: string | undefined }): string => {
  if (!VersionId) throw new Error('The response of Secrets Manager does not contain a VersionId')
  return VersionId
}

/**
 * A new version counts as a change, because a secret that an admin has just set must not be deleted before its row is
 * written.
 */
const isUnchangedSince = (time: Date, { CreatedDate, LastChangedDate = CreatedDate }: SecretListEntry): boolean =>
  LastChangedDate !== undefined && LastChangedDate < time

/** The secret or version does not exist, or the secret is in its recovery window. */
const isGone = (error: unknown) =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException
