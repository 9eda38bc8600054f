import type { InputRules } from './account-input.ts'
import { wrongQueue } from './account-queues.ts'
import type { AccountServices } from './account-services.ts'

/** The rules for an account that is to be saved. @param withoutPassword what to say of a password that is not sent */
export const inputRules = (
  withoutPassword: string | undefined,
  { queues, profiles, allowClearTextOnLoopback }: AccountServices,
): InputRules => ({
  withoutPassword,
  checkQueue: (queueId) => wrongQueue(queueId, queues),
  profiles,
  allowClearTextOnLoopback,
})
