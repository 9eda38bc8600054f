import * as z from 'zod'
import { requiredText } from '../parse-environment.ts'
import type { RoleSettings } from './caller.ts'

/** The environment of every HTTP function. Spread `.shape` into the function's own schema. */
export const roleEnvironmentSchema = z.object({
  GROUP_CLAIM: requiredText,
  READER_GROUP: requiredText,
  ADMIN_GROUP: requiredText,
})

export const roleSettingsOf = (environment: z.infer<typeof roleEnvironmentSchema>): RoleSettings => ({
  groupClaim: environment.GROUP_CLAIM,
  readerGroup: environment.READER_GROUP,
  adminGroup: environment.ADMIN_GROUP,
})
