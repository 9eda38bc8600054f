import type { Account } from '../../../lib/accounts/account.ts'
import { mailboxUserOf } from '../../../lib/accounts/mailbox-key.ts'
import type { Invitation } from '../../../lib/oauth2/consent/start-consent.ts'
import { type Html, html } from '../../shared/page/html.ts'
import type { Page } from '../../shared/page/page.ts'
import { dayAndTime } from './day-and-time.ts'
import { requesterText } from './requester-text.ts'

/** What somebody is asked to allow, before they are sent to the provider. Looking at it changes nothing. */
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
<dt>Asked for by</dt><dd>${requesterText(ticket)}</dd>
<dt>Mailbox</dt><dd>${mailbox}</dd>
<dt>Sign in as</dt><dd>${account.username}</dd>
<dt>At</dt><dd>${provider.name}, ${host}</dd>
<dt>Mail server</dt><dd>${account.host}</dd>
</dl>
${
  mailbox !== account.username &&
  html`<p>You sign in as yourself; Postmaster then opens the mailbox ${mailbox}, to which you need access.</p>`
}
<h2>What you allow</h2>
<ul>${allowances(account)}</ul>
<p>Your password stays between you and ${provider.name}: Postmaster receives a key for the mail only, and shows it to the mail server ${account.host} and to nobody else. You can take it back at any time in your account there.</p>
<form method="post"><button>Continue to ${provider.name}</button></form>
<details><summary>The permissions that are asked for</summary><ul>${client.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul></details>
<p>You did not expect this? Close the page, and nothing happens. The link works until ${dayAndTime(ticket.expiresAt * 1000)}.</p>`,
  }
}

/**
 * The provider may send the browser on to a company's own sign-in, whose address nobody knows here, and Chromium asks
 * the policy of the form's page for every step of the way.
 */
const formActionOf = (protocol: string): string => (protocol === 'http:' ? "'self' https: http:" : "'self' https:")

const allowances = ({ folder, startFrom, afterFetch }: Account): Html[] => [
  html`<li>Postmaster reads the mail in ${folder === undefined ? 'the mailbox' : html`the folder “${folder}”`} every few minutes and keeps a copy.</li>`,
  html`<li>${startFrom === 'everything' ? 'Mail that is there already is fetched, too.' : 'Older mail is left alone.'}</li>`,
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
