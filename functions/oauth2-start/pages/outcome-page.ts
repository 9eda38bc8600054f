import { startUrlOf } from '../../../lib/oauth2/consent/addresses.ts'
import type { About, ConnectedOutcome, FailedOutcome, Outcome } from '../../../lib/oauth2/consent/outcome.ts'
import { isSamePerson } from '../../../lib/oauth2/findings/refused-login.ts'
import { type Html, html, withCode } from '../../shared/page/html.ts'
import type { Page } from '../../shared/page/page.ts'
import { requesterText } from './requester-text.ts'

/** How the round trip ended. `ticket`: of the link, where it may be tried again. */
export const outcomePage = (outcome: Outcome, publicUrl: string, ticket: string | undefined): Page =>
  outcome.kind === 'connected' ? connectedPage(outcome) : failedPage(outcome, publicUrl, ticket)

const connectedPage = ({ about, consentedBy, waiting, unproven, fetch }: ConnectedOutcome): Page => ({
  status: 200,
  title: `${about.mailbox} is connected`,
  main: html`<h1><span class="good">✓</span> ${about.mailbox} is connected${unproven && ', but could not be opened yet'}</h1>
<p>${unproven ? 'You have allowed everything that was asked for.' : 'Postmaster now has access to the mail of this mailbox.'}${waiting !== undefined && ` ${waitingWords(waiting)}`}</p>
${unproven && unprovenNote(unproven)}
<dl>
<dt>Mailbox</dt><dd>${about.mailbox}</dd>
<dt>Signed in as</dt><dd>${consentedBy ?? `${about.providerName} did not say`}</dd>
<dt>Asked for by</dt><dd>${requesterText(about)}</dd>
</dl>
${isSomebodyElse(consentedBy, about) && html`<p>You signed in as ${consentedBy}, not as ${about.username}. The mailbox let you in, so this works; it ends when ${consentedBy} loses access to the mailbox.</p>`}
<h2>What happens next</h2>
<p>${nextWords(fetch, unproven !== undefined)} There is nothing more to do, you can close this page.</p>
${wayBack(about)}`,
})

const waitingWords = (waiting: number): string => {
  if (waiting === 0) return 'It logged in, and no mail waits there.'
  return `It logged in and found ${waiting === 1 ? 'one message' : `${waiting.toLocaleString('en')} messages`} waiting.`
}

const unprovenNote = ({ words, remedy }: NonNullable<ConnectedOutcome['unproven']>): Html => html`
<h2>What is in the way</h2>
<p>${withCode(words)}</p>
<p>Your sign-in is kept. For whoever looks after Postmaster: ${withCode(remedy)}</p>`

const isSomebodyElse = (consentedBy: string | undefined, { username }: About): boolean =>
  consentedBy !== undefined && !isSamePerson(consentedBy, username)

const nextWords = (fetch: ConnectedOutcome['fetch'], unproven: boolean): string => {
  if (fetch === 'not-valid')
    return 'The account is switched off in Postmaster; its mail is fetched once somebody switches it on.'
  if (unproven || fetch === 'next-tick')
    return 'Postmaster tries to fetch the mail within the next minutes, and again and again from then on.'
  return 'The mail is being fetched now, and every few minutes from now on.'
}

const failedPage = (
  { about, code, words, remedy, consentedBy, said, mailServerSaid }: FailedOutcome,
  publicUrl: string,
  ticket: string | undefined,
): Page => ({
  status: 200,
  title: 'Not connected',
  main: html`<h1><span class="bad">✗</span> ${about ? `${about.mailbox} was not connected` : 'The mailbox was not connected'}</h1>
<p>${withCode(words)}</p>
${said && saidNote(said, about)}
${mailServerSaid !== undefined && html`<blockquote>${mailServerSaid}</blockquote>`}
<h2>What to do</h2>
<p>${withCode(remedy)}</p>
${ticket !== undefined && html`<p><a class="button" href="${startUrlOf(publicUrl, ticket)}">Try again</a></p>`}
${code !== 'interrupted' && html`<p>Nothing was changed: if the mailbox was connected before, it still is.</p>`}
${
  about &&
  html`<dl>
<dt>Mailbox</dt><dd>${about.mailbox}</dd>
<dt>Should sign in</dt><dd>${about.username}</dd>
${consentedBy !== undefined && html`<dt>Signed in</dt><dd>${consentedBy}</dd>`}
<dt>Asked for by</dt><dd>${requesterText(about)}</dd>
<dt>Reason</dt><dd><code>${code}</code></dd>
</dl>
<p>If this is not yours to solve, send the text of this page to ${about.requestedBy}.</p>
${wayBack(about)}`
}`,
})

const saidNote = (
  { error, description, uri }: NonNullable<FailedOutcome['said']>,
  about: About | undefined,
): Html => html`
<blockquote>${about?.providerName ?? 'The sign-in service'} said: ${[error, description, uri].filter((part) => part !== undefined).join(' · ')}</blockquote>`

/** Checked against the deployment's list when the link was made. */
const wayBack = ({ returnTo }: About): Html | false =>
  returnTo !== undefined && html`<p><a href="${returnTo}" rel="noreferrer">Back to ${new URL(returnTo).host}</a></p>`
