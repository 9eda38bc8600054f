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
import type { SecretFolder, SecretInventory, SecretReader, SecretStore } from './secret-store.ts'

/**
 * The key of the tag that identifies the deployment that created a secret. Its value is the unique part of the stateful
 * stack's id. A stack that is destroyed and deployed again gets a new id, and so does a second deployment in the same
 * region.
 */
export const deploymentTag = 'postmaster:deployment'

/**
 * The secret `<prefix><folder>/<id>` contains `{"<field>": "…"}`. The Secrets Manager console shows the description.
 */
const kinds: Readonly<Record<SecretFolder, { readonly field: string; readonly description: string }>> = {
  account: { field: 'password', description: 'Password of one Postmaster mail account' },
  profile: { field: 'clientSecret', description: 'Client secret of one Postmaster OAuth2 profile' },
  destination: { field: 'secret', description: 'Webhook secret of one Postmaster destination' },
}

/** @throws Error that contains nothing from the content; JSON's own message would quote it */
const readSecret = (folder: SecretFolder, text: string): string => {
  const { field } = kinds[folder]
  const value = z.object({ [field]: z.string().min(1) }).safeParse(jsonOf(text)).data?.[field]
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
export class SecretsManagerSecretReader implements SecretReader {
  protected readonly client: SecretsManagerClient
  protected readonly folder: SecretFolder
  readonly #prefix: string

  /** @param options `prefix`: the beginning of every name, for example `postmaster/` */
  constructor(client: SecretsManagerClient, folder: SecretFolder, { prefix }: { readonly prefix: string }) {
    this.client = client
    this.folder = folder
    this.#prefix = prefix
  }

  async read(id: string, version: string): Promise<string | undefined> {
    try {
      const command = new GetSecretValueCommand({ SecretId: this.nameOf(id), VersionId: version })
      const { SecretString } = await this.client.send(command)
      return SecretString === undefined ? undefined : readSecret(this.folder, SecretString)
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  protected nameOf(id: string): string {
    return `${this.#prefix}${this.folder}/${id}`
  }
}

export interface OwnedSecretOptions {
  /** The beginning of every name, for example `postmaster/`. */
  readonly prefix: string
  /** The value of the tag on every secret that the store creates. */
  readonly deployment: string
  /** Encrypts every secret that the store creates. By default, AWS's own key for Secrets Manager does. */
  readonly kmsKey?: string | undefined
}

/** Also writes, deletes and lists secrets. Every secret that it creates has the tag of its deployment. */
export class SecretsManagerSecretStore extends SecretsManagerSecretReader implements SecretStore, SecretInventory {
  readonly #deployment: string
  readonly #kmsKey: string | undefined

  constructor(client: SecretsManagerClient, folder: SecretFolder, options: OwnedSecretOptions) {
    super(client, folder, options)
    this.#deployment = options.deployment
    this.#kmsKey = options.kmsKey
  }

  async put(id: string, secret: string): Promise<string> {
    const name = this.nameOf(id)
    const text = JSON.stringify({ [kinds[this.folder].field]: secret })
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
        Description: kinds[this.folder].description,
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
