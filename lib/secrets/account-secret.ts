import * as z from 'zod'

/** What lies in an account's secret; `oauth2` has its tokens elsewhere. */
const accountSecretSchema = z.strictObject({ password: z.string().min(1) })

export const secretNameOf = (prefix: string, accountId: string): string => `${prefix}account/${accountId}`

export const accountIdOfSecret = (prefix: string, name: string): string | undefined => {
  const start = `${prefix}account/`
  return name.startsWith(start) && name.length > start.length ? name.slice(start.length) : undefined
}

export const writeAccountSecret = (password: string): string => JSON.stringify({ password })

/** @throws Error without a word of the content: JSON's own message would quote it */
export const readAccountSecret = (text: string): string => {
  try {
    return accountSecretSchema.parse(JSON.parse(text)).password
  } catch {
    throw new Error('An account secret does not have the form {"password": …}')
  }
}
