import * as z from 'zod'
import { shownAccountFields } from '../accounts/account.ts'
import { accountOAuth2Schema } from '../accounts/account-oauth2.ts'
import { accountHealthSchema } from '../accounts/health/account-health.ts'
import { accountViewSchema } from '../accounts/view/account-view.ts'
import { exampleIds, timeField } from '../requests/documented-fields.ts'
import { runSchema } from '../runs/run.ts'

const runId = z.string().meta({ description: 'The run’s id.', examples: [exampleIds.run] })

/** One line of a list of all accounts. */
export const accountSummarySchema = z
  .object({
    ...z.object(shownAccountFields).pick({
      accountId: true,
      type: true,
      host: true,
      port: true,
      username: true,
      mailbox: true,
      folder: true,
      validity: true,
      trusted: true,
      comment: true,
    }).shape,
    etag: z.string().meta({ description: 'Send it as If-Match when you change the account.', examples: ['"1"'] }),
    authentication: accountViewSchema.shape.authentication,
    dispatching: accountViewSchema.shape.dispatching,
    oauth2: accountOAuth2Schema
      .pick({ profileId: true, profileName: true, state: true })
      .meta({ description: 'Only for accounts that log in with OAuth2.' })
      .optional(),
    health: accountHealthSchema
      .pick({ state: true, detail: true, cause: true, code: true, remedy: true, since: true, nextTryAt: true })
      .meta({ description: 'Whether fetching the account works. See the health of an account.' }),
    run: z
      .object({
        runId,
        state: z.enum(['queued', 'running']).meta({
          description: '`queued`: the run waits for its turn. `running`: the run is in progress.',
          examples: ['running'],
        }),
        since: timeField('When it was requested or, if it is running, when its latest part began.'),
      })
      .meta({ description: 'The run that is queued or in progress. Absent if there is none.' })
      .optional(),
    lastRun: z
      .object({
        runId,
        state: runSchema.shape.state,
        endedAt: timeField('When it ended.', '2026-03-02T08:10:05.377Z'),
        stored: z.int().meta({ description: 'How many messages it stored.', examples: [12] }),
      })
      .meta({ description: 'The latest run that ended. Absent before the first one.' })
      .optional(),
    oldestWaitingAt: accountHealthSchema.shape.oldestWaitingAt,
  })
  .meta({ id: 'AccountSummary', description: 'A mail account in a list of all accounts.' })
export type AccountSummary = z.infer<typeof accountSummarySchema>
