import { LocalError } from '../common/errors.ts'

/** The values of condition keys, for example `kms:ViaService`. A list is the value of a key with several values. */
export type ConditionValues = Readonly<Record<string, string | readonly string[]>>

/** One question to IAM: whether the caller may perform this action on this resource. A call can need several. */
export interface AccessRequest {
  /** For example `dynamodb:PutItem`. */
  readonly action: string
  /** The ARN, or `*` for an action that has no resource. */
  readonly resource: string
  /** The keys of this request, in addition to those of every request. */
  readonly keys: ConditionValues
}

/** A call whose permission the local run does not know. It is denied, because AWS could require anything. */
export class UnknownCall extends LocalError {
  constructor(what: string) {
    super('assembly', `The local run does not know which permission ${what} needs. Add it to local/policies/requests.`)
  }
}

/** What the requests depend on besides the call itself. */
export interface Surroundings {
  readonly region: string
  readonly accountId: string
  /** The partition key of each table by its name, and of each index by `<table>/index/<name>`. */
  readonly partitionKeys: ReadonlyMap<string, string>
  /** The ARN of the key that encrypts a topic, by the topic's ARN. */
  readonly topicKeys: ReadonlyMap<string, string>
  /** A secret, found by its name or its ARN. */
  secret(secretId: string): { readonly arn: string; readonly tags: Readonly<Record<string, string>> } | undefined
  hasObject(bucket: string, key: string): boolean
}

export type Place = Pick<Surroundings, 'region' | 'accountId'>

export const arnOf = (service: string, { region, accountId }: Place, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`
