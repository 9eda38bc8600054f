import type { About, ConnectedOutcome, FailedOutcome, Outcome } from '../../../lib/oauth2/consent/consent-store.ts'
import { startUrlOf } from '../../../lib/oauth2/consent/consent-urls.ts'
import { isSamePerson } from '../../../lib/oauth2/findings/token-claims.ts'
import { type Html, html, withCode } from '../../shared/page/html.ts'
import type { Page } from '../../shared/page/page.ts'
import { requesterText } from './invitation-page.ts'

/** The page that shows a round trip's outcome. @param ticket the link's ticket, if it can be tried again */
export const outcomePage = (outcome: Outcome, publicUrl: string, ticket: string | undefined): Page =>
  outcome.kind === 'connected' ? connectedPage(outcome) : failedPage(outcome, publicUrl, ticket)

const connectedPage = ({ about, consentedBy, waiting, unproven, fetch }: ConnectedOutcome): Page => ({
  status: 200,
  title: `${about.mailbox} is connected`,
  main: html`<h1><span class="good">✓</span> ${about.mailbox} is connected${unproven && ', but could not be opened yet'}</h1>
<p>${unproven ? 'You have granted all requested permissions.' : 'Postmaster now has access to the mail of this mailbox.'}${waiting !== undefined && ` ${waitingWords(waiting)}`}</p>
${unproven && unprovenNote(unproven)}
<dl>
<dt>Mailbox</dt><dd>${about.mailbox}</dd>
<dt>Signed in as</dt><dd>${consentedBy ?? `not reported by ${about.providerName}`}</dd>
<dt>Requested by</dt><dd>${requesterText(about)}</dd>
</dl>
${isSomebodyElse(consentedBy, about) && html`<p>You signed in as ${consentedBy}, not as ${about.username}. The mail server let you open the mailbox, so the connection works. It stops working if ${consentedBy} loses access to the mailbox.</p>`}
<h2>What happens next</h2>
<p>${nextWords(fetch, unproven !== undefined)} No further action is needed. You can close this page.</p>
${wayBack(about)}`,
})

const waitingWords = (waiting: number): string => {
  if (waiting === 0) return 'It logged in and found no mail.'
  return `It logged in and found ${waiting === 1 ? 'one message' : `${waiting.toLocaleString('en')} messages`}.`
}

const unprovenNote = ({ detail, remedy }: NonNullable<ConnectedOutcome['unproven']>): Html => html`
<h2>What prevents fetching</h2>
<p>${withCode(detail)}</p>
<p>Your sign-in is kept. For the people who run Postmaster: ${withCode(remedy)}</p>`

const isSomebodyElse = (consentedBy: string | undefined, { username }: About): boolean =>
  consentedBy !== undefined && !isSamePerson(consentedBy, username)

const nextWords = (fetch: ConnectedOutcome['fetch'], unproven: boolean): string => {
  if (fetch === 'not-valid')
    return 'The account is disabled in Postmaster. Its mail is fetched as soon as an admin enables the account.'
  if (unproven || fetch === 'next-tick')
    return 'Postmaster tries to fetch the mail within the next few minutes, and keeps trying.'
  return 'Postmaster is fetching the mail now, and then every few minutes.'
}

const failedPage = (
  { about, code, detail, remedy, consentedBy, said, mailServerSaid }: FailedOutcome,
  publicUrl: string,
  ticket: string | undefined,
): Page => ({
  status: 200,
  title: 'Not connected',
  main: html`<h1><span class="bad">✗</span> ${about ? `${about.mailbox} was not connected` : 'The mailbox was not connected'}</h1>
<p>${withCode(detail)}</p>
${said && saidNote(said, about)}
${mailServerSaid !== undefined && html`<blockquote>${mailServerSaid}</blockquote>`}
<h2>What to do</h2>
<p>${withCode(remedy)}</p>
${ticket !== undefined && html`<p><a class="button" href="${startUrlOf(publicUrl, ticket)}">Try again</a></p>`}
${code !== 'interrupted' && html`<p>Nothing was changed. If the mailbox was connected before, it still is.</p>`}
${
  about &&
  html`<dl>
<dt>Mailbox</dt><dd>${about.mailbox}</dd>
<dt>Expected sign-in</dt><dd>${about.username}</dd>
${consentedBy !== undefined && html`<dt>Signed in as</dt><dd>${consentedBy}</dd>`}
<dt>Requested by</dt><dd>${requesterText(about)}</dd>
<dt>Reason</dt><dd><code>${code}</code></dd>
</dl>
<p>If you cannot solve this yourself, send the text of this page to ${about.requestedBy}.</p>
${wayBack(about)}`
}`,
})

const saidNote = (
  { error, description, uri }: NonNullable<FailedOutcome['said']>,
  about: About | undefined,
): Html => html`
<blockquote>Response from ${about?.providerName ?? 'the sign-in service'}: ${[error, description, uri].filter((part) => part !== undefined).join(' · ')}</blockquote>`

/** The address was checked against the deployment's list when the link was created. */
const wayBack = ({ returnTo }: About): Html | false =>
  returnTo !== undefined && html`<p><a href="${returnTo}" rel="noreferrer">Back to ${new URL(returnTo).host}</a></p>`
