import { accountTypeFacts } from '../account-type.ts'
import type { MailboxSettings, OpeningObserver } from '../mailbox.ts'

/** The result of the login step if there are no credentials. */
export interface LoginNotTried {
  /** `skipped`: the login cannot be tried yet. */
  readonly state: 'failed' | 'skipped'
  readonly code: string
  readonly detail: string
  readonly remedy: string
}

/** Ends the session when all steps before the login have passed. Nothing is sent on a closed connection. */
export const stoppingBeforeLogin = (
  { type }: MailboxSettings,
  observer: OpeningObserver,
  stop: () => void,
): OpeningObserver => ({
  ...observer,
  connected: (address) => {
    observer.connected?.(address)
    if (accountTypeFacts(type).security === 'clear') stop()
  },
  secured: (facts) => {
    observer.secured?.(facts)
    stop()
  },
})
