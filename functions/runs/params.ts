import * as z from 'zod'
import { exampleIds } from '../../lib/requests/documented-fields.ts'

const id = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description, examples: [example] })

export const accountParams = z.strictObject({ accountId: id('The account’s id.', exampleIds.account) })
export const runParams = z.strictObject({ runId: id('The run’s id.', exampleIds.run) })
/** For lists over all accounts. */
export const accountQuery = { accountId: id('Only runs of this account.', exampleIds.account).optional() }

export const exampleAccount = { params: { accountId: exampleIds.account } }
export const exampleRun = { params: { runId: exampleIds.run } }
