import type { Account } from '../../../lib/accounts/account.ts'
import { mailboxUserOf } from '../../../lib/accounts/account-mailbox.ts'
import type { About } from '../../../lib/oauth2/consent/consent-store.ts'
import type { Invitation } from '../../../lib/oauth2/consent/start-consent.ts'
import { type Html, html } from '../../shared/page/html.ts'
import type { Page } from '../../shared/page/page.ts'

/** The page that asks a person for consent and sends them to the provider. Viewing it changes nothing. */
export const invitationPage = ({ ticket, account, provider, client }: Invitation): Page => {
  const mailbox = mailboxUserOf(account)
  const { host, protocol } = new URL(client.authorizationEndpoint)
  return {
    status: 200,
    title: `Connect ${mailbox}`,
    formAction: formActionOf(protocol),
    main: html`<h1>Connect the mailbox ${mailbox}</h1>
<p><strong>${ticket.requestedBy}</strong> asks you to let Postmaster fetch the mail of this mailbox for the service desk.</p>
<dl>
<dt>Requested by</dt><dd>${requesterText(ticket)}</dd>
<dt>Mailbox</dt><dd>${mailbox}</dd>
<dt>Sign in as</dt><dd>${account.username}</dd>
<dt>Sign in at</dt><dd>${provider.name}, ${host}</dd>
<dt>Mail server</dt><dd>${account.host}</dd>
</dl>
${
  mailbox !== account.username &&
  html`<p>Sign in as yourself. Postmaster then opens the mailbox ${mailbox}, to which you need access.</p>`
}
<h2>What you allow</h2>
<ul>${allowances(account)}</ul>
<p>You enter your password only at ${provider.name}. Postmaster never sees it. It receives only a token for the mail, and sends the token only to the mail server ${account.host}. You can revoke the access at any time in your account at ${provider.name}.</p>
<form method="post"><button>Continue to ${provider.name}</button></form>
<details><summary>The requested permissions</summary><ul>${client.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul></details>
<p>If you did not expect this request, close the page and nothing happens. The link works until ${dayAndTime(ticket.expiresAt * 1000)}.</p>`,
  }
}

/**
 * The allowed targets of the form. The provider may redirect the browser to a company's own sign-in page at an unknown
 * address, and Chromium checks each of these redirects against the form page's policy.
 */
const formActionOf = (protocol: string): string => (protocol === 'http:' ? "'self' https: http:" : "'self' https:")

const allowances = ({ folder, startFrom, afterFetch }: Account): Html[] => [
  html`<li>Postmaster reads the mail in ${folder === undefined ? 'the mailbox' : html`the folder “${folder}”`} every few minutes and keeps a copy.</li>`,
  html`<li>${startFrom === 'everything' ? 'Existing mail is also fetched.' : 'Older mail is not fetched.'}</li>`,
  html`<li>${afterwards(afterFetch)}</li>`,
]

const afterwards = (afterFetch: Account['afterFetch']): string => {
  switch (afterFetch.action) {
    case 'delete':
      return 'Fetched mail is deleted from the mailbox.'
    case 'move':
      return `Fetched mail is moved to the folder “${afterFetch.folder}”.`
    case 'keep':
      return 'Fetched mail stays in the mailbox as it is.'
  }
}

/** Names can be chosen freely or reused. With the id, people can ask their IT department who the admin is. */
export const requesterText = ({
  requestedBy,
  requestedBySub,
}: Pick<About, 'requestedBy' | 'requestedBySub'>): string =>
  requestedBySub === undefined || requestedBySub === requestedBy
    ? requestedBy
    : `${requestedBy} (sign-in id ${requestedBySub})`

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** For example "3 March 2026 at 08:10 UTC". UTC, because the reader's time zone is unknown. */
const dayAndTime = (time: number): string => `${format.format(time)} UTC`
