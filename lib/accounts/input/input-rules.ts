import { wrongQueue } from '../account-queues.ts'
import type { AccountServices } from '../account-services.ts'
import type { InputRules } from './account-input.ts'

/** The rules for saving an account. @param withoutPassword the error for a missing password */
export const inputRules = (
  withoutPassword: string | undefined,
  { queues, profiles, allowClearTextOnLoopback }: AccountServices,
): InputRules => ({
  withoutPassword,
  checkQueue: (queueId) => wrongQueue(queueId, queues),
  profiles,
  allowClearTextOnLoopback,
})
