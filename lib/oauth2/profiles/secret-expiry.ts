import * as z from 'zod'
import type { Profile } from './profile.ts'

/** Days before the end at which somebody should be reminded: time to find who may renew it, to do so, and to hurry. */
export const secretExpirySteps = [60, 30, 7] as const

export const secretExpirySchema = z
  .object({
    code: z.enum(['client-secret-expires', 'client-secret-expired']).meta({
      description: 'Stable: programs decide by it.',
      examples: ['client-secret-expires'],
    }),
    words: z.string().meta({
      description: 'What it is.',
      examples: ['The client secret of the profile Service desk at Microsoft 365 expires on 2027-03-01, in 23 days.'],
    }),
    remedy: z
      .string()
      .meta({ description: 'What to do about it.', examples: ['Make a new client secret at the provider.'] }),
    days: z.int().meta({ description: 'Days that are left, begun ones too; 0 when it is over.', examples: [23] }),
    within: z.int().meta({
      description: 'The reminder that has come: 60, 30 or 7 days before the end, or 0 when it is over.',
      examples: [30],
    }),
  })
  .meta({ description: 'That the client secret ends soon, or has ended, by the day an admin wrote down.' })
export type SecretExpiryWarning = z.infer<typeof secretExpirySchema>

const dayLength = 24 * 60 * 60 * 1000

/** Undefined while there is more than sixty days' time, and where nobody wrote the day down. Days are days of UTC. */
export const secretExpiryWarningOf = (
  { name, secretExpiresOn }: Pick<Profile, 'name' | 'secretExpiresOn'>,
  now: Date,
): SecretExpiryWarning | undefined => {
  if (secretExpiresOn === undefined) return undefined
  const days = Math.max(0, Math.ceil((Date.parse(secretExpiresOn) - now.getTime()) / dayLength))
  const within = days === 0 ? 0 : secretExpirySteps.findLast((step) => days <= step)
  if (within === undefined) return undefined
  const secret = `The client secret of the profile ${name}`
  return days === 0
    ? {
        code: 'client-secret-expired',
        words: `${secret} expired on ${secretExpiresOn}.`,
        remedy: `${renewal} If it was renewed already, correct that day.`,
        days,
        within,
      }
    : {
        code: 'client-secret-expires',
        words: `${secret} expires on ${secretExpiresOn}, in ${days === 1 ? 'a day' : `${days} days`}.`,
        remedy: renewal,
        days,
        within,
      }
}

const renewal =
  'Make a new client secret at the provider and write it into the profile, with the day it expires (`secretExpiresOn`; ' +
  '`postmaster oauth2 profiles edit NAME --client-secret --secret-expires DAY`): that serves all accounts at once, and nobody has to consent again.'
