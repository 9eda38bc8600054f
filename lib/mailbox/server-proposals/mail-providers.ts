/** A company that hosts mailboxes for the public. */
export interface MailProvider {
  readonly name: string
  readonly imapHost: string
  /** The domains in which it offers addresses. */
  readonly domains: readonly string[]
  /** True if it also hosts mail for its customers' domains, which an address does not reveal. */
  readonly runsOthers?: true
  /** The OAuth2 provider of its accounts. */
  readonly oauth2?: 'microsoft' | 'google'
  /** A hint for admins before the first login. */
  readonly note?: string
}

const appPassword = 'Use an app password, not the account’s own password. Create it in the account’s security settings.'
const switchedOff = 'Enable IMAP in the settings of the webmail first.'
const oauth2Only = 'IMAP and POP3 do not accept passwords, only OAuth2.'

/** From the providers' own documentation. All of them support IMAP over TLS on port 993. */
export const mailProviders: readonly MailProvider[] = [
  {
    name: 'Microsoft 365, Outlook.com',
    imapHost: 'outlook.office365.com',
    domains: [
      'outlook.com',
      'outlook.de',
      'hotmail.com',
      'hotmail.de',
      'hotmail.co.uk',
      'live.com',
      'live.de',
      'msn.com',
    ],
    runsOthers: true,
    oauth2: 'microsoft',
    note: oauth2Only,
  },
  {
    name: 'Gmail, Google Workspace',
    imapHost: 'imap.gmail.com',
    domains: ['gmail.com', 'googlemail.com'],
    runsOthers: true,
    oauth2: 'google',
    note: `If you do not use OAuth2: ${appPassword} This requires two-step verification.`,
  },
  {
    name: 'Yahoo',
    imapHost: 'imap.mail.yahoo.com',
    domains: ['yahoo.com', 'yahoo.de', 'yahoo.fr', 'yahoo.co.uk', 'ymail.com', 'rocketmail.com'],
    note: appPassword,
  },
  { name: 'AOL', imapHost: 'imap.aol.com', domains: ['aol.com', 'aol.de'], note: appPassword },
  {
    name: 'iCloud',
    imapHost: 'imap.mail.me.com',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    runsOthers: true,
    note: appPassword,
  },
  { name: 'GMX', imapHost: 'imap.gmx.net', domains: ['gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch'], note: switchedOff },
  { name: 'GMX.com', imapHost: 'imap.gmx.com', domains: ['gmx.com', 'gmx.co.uk', 'gmx.us'], note: switchedOff },
  { name: 'WEB.DE', imapHost: 'imap.web.de', domains: ['web.de'], note: switchedOff },
  {
    name: 'T-Online',
    imapHost: 'secureimap.t-online.de',
    domains: ['t-online.de', 'magenta.de'],
    note: 'Use the password for email programs, not the login password. Set it in the email centre.',
  },
  {
    name: 'Fastmail',
    imapHost: 'imap.fastmail.com',
    domains: ['fastmail.com', 'fastmail.fm', 'fastmail.de'],
    runsOthers: true,
    note: appPassword,
  },
  {
    name: 'Zoho (zoho.com)',
    imapHost: 'imap.zoho.com',
    domains: ['zoho.com', 'zohomail.com'],
    note: switchedOff,
  },
  { name: 'Zoho (zoho.eu)', imapHost: 'imap.zoho.eu', domains: ['zoho.eu', 'zohomail.eu'], note: switchedOff },
  {
    name: 'Zoho with your own domain',
    imapHost: 'imappro.zoho.com',
    domains: [],
    runsOthers: true,
    note: switchedOff,
  },
  { name: 'mailbox.org', imapHost: 'imap.mailbox.org', domains: ['mailbox.org'], runsOthers: true },
  { name: 'Posteo', imapHost: 'posteo.de', domains: ['posteo.de', 'posteo.net', 'posteo.org', 'posteo.eu'] },
  { name: 'IONOS (Germany)', imapHost: 'imap.ionos.de', domains: [], runsOthers: true },
  { name: 'IONOS (other countries)', imapHost: 'imap.ionos.com', domains: [], runsOthers: true },
  { name: 'Strato', imapHost: 'imap.strato.de', domains: [], runsOthers: true },
  { name: 'Migadu', imapHost: 'imap.migadu.com', domains: [], runsOthers: true },
  { name: 'Infomaniak', imapHost: 'mail.infomaniak.com', domains: ['ik.me', 'ikmail.com'], runsOthers: true },
]
