import * as z from 'zod'

/**
 * The key of the tag that identifies the deployment that created a secret. Its value is the unique part of the stateful
 * stack's id. A stack that is destroyed and deployed again gets a new id, and so does a second deployment in the same
 * region.
 */
export const deploymentTag = 'postmaster:deployment'

export type SecretFolder = 'account' | 'profile'

/** A kind of secret. The secret `<prefix><folder>/<id>` contains `{"<field>": "…"}`. */
export interface SecretKind {
  readonly folder: SecretFolder
  readonly field: string
  /** Shown in the Secrets Manager console. */
  readonly description: string
}

/** Keyed by account id. Accounts with `oauth2` have no password, and their tokens are stored elsewhere. */
export const accountPasswords: SecretKind = {
  folder: 'account',
  field: 'password',
  description: 'Password of one Postmaster mail account',
}

/** Keyed by profile id. */
export const clientSecrets: SecretKind = {
  folder: 'profile',
  field: 'clientSecret',
  description: 'Client secret of one Postmaster OAuth2 profile',
}

export const secretNameOf = (prefix: string, { folder }: SecretKind, id: string): string => `${prefix}${folder}/${id}`

export const idOfSecret = (prefix: string, kind: SecretKind, name: string): string | undefined => {
  const start = secretNameOf(prefix, kind, '')
  return name.startsWith(start) && name.length > start.length ? name.slice(start.length) : undefined
}

export const writeSecret = ({ field }: SecretKind, value: string): string => JSON.stringify({ [field]: value })

/** @throws Error that contains nothing from the content; JSON's own message would quote it */
export const readSecret = ({ folder, field }: SecretKind, text: string): string => {
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
