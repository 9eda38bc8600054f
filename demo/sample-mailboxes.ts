import type { AccountType } from '../lib/mailbox/account-type.ts'

/** A sample account. There is one for each type, and together they show every way of dispatching. */
export interface SampleMailbox {
  readonly user: string
  readonly type: AccountType
  readonly trusted: boolean
  /** The name of the queue that receives all messages. If omitted, the recipients determine the queue. */
  readonly queue?: string
  readonly afterFetch: 'delete' | 'keep' | 'move'
  /** A description of its mail, for the terminal. */
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
    story: 'trusted: its X-OTOBO-Queue headers are honoured',
  },
  {
    user: 'billing',
    type: 'POP3S',
    trusted: false,
    afterFetch: 'delete',
    story: 'untrusted: X-OTOBO-Queue headers are ignored',
  },
  {
    user: 'archive',
    type: 'POP3TLS',
    trusted: false,
    afterFetch: 'keep',
    story: 'mail is kept on the server, and still fetched only once',
  },
  {
    user: 'legacy',
    type: 'POP3',
    trusted: false,
    queue: 'Support',
    afterFetch: 'delete',
    story: 'unusual old mail: 8-bit headers, no final newline, no header',
  },
]

/** The account that logs in with OAuth2. Its owner signs in at the sample sign-in service under this name. */
export const consentedMailbox: SampleMailbox = {
  user: 'desk@example.com',
  type: 'IMAPS',
  trusted: false,
  afterFetch: 'delete',
  story: 'with an access token; Postmaster has no password for it',
}

export const sampleQueues = ['Support', 'Sales', 'Billing'] as const

/** System address → queue. */
export const sampleAddresses: Readonly<Record<string, (typeof sampleQueues)[number]>> = {
  'support@example.com': 'Support',
  'sales@example.com': 'Sales',
  'billing@example.com': 'Billing',
}
