import type * as z from 'zod'
import type { accountSummariesSchema } from './account-summary.ts'

export type AccountSummaries = z.infer<typeof accountSummariesSchema>
