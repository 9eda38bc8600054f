import type { AccountType } from '../lib/accounts/account-type.ts'

/** How the demo's accounts differ, one per type, so that every way of dispatching can be seen. */
export interface SampleMailbox {
  readonly user: string
  readonly type: AccountType
  readonly trusted: boolean
  /** Name of the queue everything goes to; without it the recipients decide. */
  readonly queue?: string
  readonly afterFetch: 'delete' | 'keep' | 'move'
  /** What stands in it, in words for the terminal. */
  readonly story: string
}

export const sampleMailboxes: readonly SampleMailbox[] = [
  {
    user: 'support',
    type: 'IMAPS',
    trusted: false,
    afterFetch: 'delete',
    story: 'mail to several addresses, dispatched by recipient',
  },
  {
    user: 'sales',
    type: 'IMAPTLS',
    trusted: false,
    queue: 'Sales',
    afterFetch: 'delete',
    story: 'everything goes to the queue Sales',
  },
  {
    user: 'monitoring',
    type: 'IMAP',
    trusted: true,
    afterFetch: 'delete',
    story: 'trusted: its X-OTOBO-Queue headers count',
  },
  {
    user: 'billing',
    type: 'POP3S',
    trusted: false,
    afterFetch: 'delete',
    story: 'an untrusted sender tries X-OTOBO-Queue in vain',
  },
  {
    user: 'archive',
    type: 'POP3TLS',
    trusted: false,
    afterFetch: 'keep',
    story: 'mail is kept on the server, and fetched once all the same',
  },
  {
    user: 'legacy',
    type: 'POP3',
    trusted: false,
    queue: 'Support',
    afterFetch: 'delete',
    story: 'odd old mail: 8-bit headers, no final newline, no header at all',
  },
]

/** Of the account that logs in with OAuth2: its owner signs in at the sample sign-in service, by this name. */
export const consentedMailbox: SampleMailbox = {
  user: 'desk@example.com',
  type: 'IMAPS',
  trusted: false,
  afterFetch: 'delete',
  story: 'with an access token; Postmaster knows no password of it',
}

export const sampleQueues = ['Support', 'Sales', 'Billing'] as const

/** System address → queue. */
export const sampleAddresses: Readonly<Record<string, (typeof sampleQueues)[number]>> = {
  'support@example.com': 'Support',
  'sales@example.com': 'Sales',
  'billing@example.com': 'Billing',
}
