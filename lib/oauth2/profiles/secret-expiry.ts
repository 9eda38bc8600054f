import * as z from 'zod'
import type { Profile } from './profile.ts'

/**
 * Days before the expiry at which admins are reminded: to find the person who may renew the secret, to renew it, and as
 * a last warning.
 */
export const secretExpirySteps = [60, 30, 7] as const

export const secretExpirySchema = z
  .object({
    code: z.enum(['client-secret-expires', 'client-secret-expired']).meta({
      description: 'A stable code.',
      examples: ['client-secret-expires'],
    }),
    detail: z.string().meta({
      description: 'What the warning is about.',
      examples: ['The client secret of the profile Service desk at Microsoft 365 expires on 2027-03-01, in 23 days.'],
    }),
    remedy: z
      .string()
      .meta({ description: 'What to do about it.', examples: ['Create a new client secret at the provider.'] }),
    days: z.int().meta({ description: 'The days left, rounded up. 0 if the secret has expired.', examples: [23] }),
    within: z.int().meta({
      description: 'The current reminder: 60, 30 or 7 days before the expiry, or 0 if the secret has expired.',
      examples: [30],
    }),
  })
  .meta({ description: 'A warning that the client secret expires soon or has expired, by the date in the profile.' })
export type SecretExpiryWarning = z.infer<typeof secretExpirySchema>

const dayLength = 24 * 60 * 60 * 1000

/** @returns undefined if more than sixty days are left or no date is recorded. Days are UTC days. */
export const secretExpiryWarningOf = (
  { name, secretExpiresOn }: Pick<Profile, 'name' | 'secretExpiresOn'>,
  now: Date,
): SecretExpiryWarning | undefined => {
  if (secretExpiresOn === undefined) return undefined
  const days = Math.max(0, Math.ceil((Date.parse(secretExpiresOn) - now.getTime()) / dayLength))
  const within = days === 0 ? 0 : secretExpirySteps.findLast((step) => days <= step)
  if (within === undefined) return undefined
  const secret = `The client secret of the profile ${name}`
  if (days === 0) {
    const remedy = `${renewal} If you have already replaced the secret, correct the date.`
    return { code: 'client-secret-expired', detail: `${secret} expired on ${secretExpiresOn}.`, remedy, days, within }
  }
  const detail = `${secret} expires on ${secretExpiresOn}, in ${days === 1 ? 'a day' : `${days} days`}.`
  return { code: 'client-secret-expires', detail, remedy: renewal, days, within }
}

const renewal =
  'Create a new client secret at the provider and set it in the profile together with its expiry date (`secretExpiresOn`; ' +
  '`postmaster oauth2 profiles edit NAME --client-secret --secret-expires DAY`). The new secret works for all accounts at once without a new consent.'
