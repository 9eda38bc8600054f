import { accountTypeFacts } from '../../accounts/account-type.ts'
import type { OpeningObserver } from '../connection/session-watch.ts'
import type { MailboxSettings } from '../mailbox.ts'

/** What is told of the login where there is nothing to log in with. */
export interface LoginNotTried {
  /** `skipped`: it cannot be tried yet. */
  readonly state: 'failed' | 'skipped'
  readonly code: string
  readonly words: string
  readonly remedy: string
}

/** Ends the session once all that comes before the login has passed: nothing is sent on a connection that is closed. */
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
