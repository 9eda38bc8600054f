import * as z from 'zod'
import { accountHealthSchema } from '../../lib/accounts/health/account-health.ts'
import { plain } from '../terminal/text.ts'

const explained = z.object({ code: z.string(), detail: z.string(), remedy: z.string() })

/** The fields of an account in an API response that the commands use. The others are kept for `--json`. */
export const accountAnswerSchema = z.looseObject({
  accountId: z.string(),
  type: z.string(),
  host: z.string(),
  port: z.int(),
  username: z.string(),
  mailbox: z.string().optional(),
  oauth2: z
    .looseObject({
      profileName: z.string().optional(),
      state: z.string(),
      detail: z.string(),
      remedy: z.string().optional(),
      consentedBy: z.string().optional(),
      consentedAt: z.string().optional(),
      requestedBy: z.string().optional(),
      expiresAt: z.string().optional(),
    })
    .optional(),
  folder: z.string().optional(),
  trusted: z.boolean(),
  validity: z.string(),
  comment: z.string(),
  dispatching: z.looseObject({ by: z.string(), queueName: z.string().optional() }),
  afterFetch: z.looseObject({ action: z.string(), folder: z.string().optional() }),
  maxMessageSize: z.int(),
  startsAt: z.string().optional(),
  customCa: z.string().optional(),
  createdAt: z.string(),
  createdBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
  /** The fetch that saving the account has started. */
  fetch: z.looseObject({ runId: z.string().optional(), detail: z.string() }).optional(),
  // Later versions of the API may add states and warnings, which an older command line shows unchanged.
  health: z.looseObject({ ...accountHealthSchema.shape, state: z.string() }),
  status: z.looseObject({
    lastRun: z.looseObject({ runId: z.string(), state: z.string() }).optional(),
    lastSuccessAt: z.string().optional(),
    lastError: explained.loose().optional(),
  }),
})
export type AccountAnswer = z.infer<typeof accountAnswerSchema>

/** @returns the name of the mailbox that is fetched: the shared mailbox if there is one, otherwise the user name */
export const mailboxOf = ({ username, mailbox }: Pick<AccountAnswer, 'username' | 'mailbox'>): string =>
  mailbox ?? username

/** @returns a sentence about the fetch that saving the account has started, or undefined if it has started none */
export const fetchText = ({ fetch }: Pick<AccountAnswer, 'fetch'>): string | undefined => {
  if (!fetch) return undefined
  const detail = plain(fetch.detail)
  return fetch.runId === undefined ? detail : `${detail} See how it goes: postmaster runs show ${plain(fetch.runId)}`
}
