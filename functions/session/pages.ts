import type { IssuerError, IssuerFailure } from '../../lib/session/issuer-error.ts'
import { pagePaths } from '../../lib/session/page-address.ts'
import type { SignInRefused } from '../../lib/session/sign-in.ts'
import { type Html, html, withCode } from '../shared/page/html.ts'
import type { Page } from '../shared/page/page.ts'

const signInButton = (text: string): Html => html`<p><a class="button" href="${pagePaths.page}">${text}</a></p>`

export const signedOutPage: Page = {
  status: 200,
  title: 'Signed out',
  main: html`<h1>You are signed out</h1>
<p>You can close this page.</p>
${signInButton('Sign in')}`,
}

/** The page for a browser that came back with a sign-in that it did not begin, or that is over. */
export const refusedPage = ({ reason }: SignInRefused): Page => ({
  status: 400,
  title: 'Not signed in',
  main: html`<h1>You are not signed in yet</h1>
<p>${refusals[reason]}</p>
${signInButton('Sign in again')}`,
})

const refusals: Readonly<Record<SignInRefused['reason'], string>> = {
  'not-begun':
    'This browser did not begin this sign-in, or has already finished it. This also happens if you reload the page or go back to it, or if your browser does not accept cookies.',
  expired: 'The sign-in took longer than ten minutes.',
}

export const issuerPage = ({ failure, code }: IssuerError): Page => ({
  status: statuses[failure],
  title: 'Not signed in',
  main: html`<h1>You are not signed in</h1>
<p>${texts[failure]}</p>
<h2>What to do</h2>
<p>${withCode(remedies[code] ?? usualRemedies[failure])}</p>
<p>Error code: <code>${code}</code></p>
${signInButton('Sign in again')}`,
})

const statuses: Readonly<Record<IssuerFailure, number>> = {
  denied: 403,
  refused: 400,
  misconfigured: 502,
  unavailable: 503,
}

const texts: Readonly<Record<IssuerFailure, string>> = {
  denied: 'The sign-in service did not sign you in.',
  refused: 'The sign-in service no longer accepts this sign-in. Each one works only once and only for a short time.',
  misconfigured: 'The sign-in service is not configured for Postmaster, so no one can sign in to the admin page.',
  unavailable: 'The sign-in service does not answer.',
}

const usualRemedies: Readonly<Record<IssuerFailure, string>> = {
  denied: 'Sign in again. If the sign-in service refuses you, ask an admin whether you may use Postmaster.',
  refused: 'Sign in again.',
  misconfigured:
    'Ask an operator to compare the client at the sign-in service with the section on the admin page in `docs/deploying.md`.',
  unavailable: 'Try again in a minute. If the problem persists, ask an operator to check the sign-in service.',
}

/** The remedies of an operator, by error code. */
const remedies: Readonly<Record<string, string>> = {
  'refresh-token-missing':
    'The sign-in service issued no refresh token. An operator must allow refresh tokens for the client, or request them with the context value `pageScope`.',
  'refresh-token-too-long':
    'The refresh token is too long for a cookie. An operator must choose a shorter or opaque form of refresh tokens for the client.',
  'id-token-missing':
    'The sign-in service issued no ID token. An operator must set the context value `pageToken` to `access`, or allow ID tokens for the client.',
  'token-not-jwt':
    'The API cannot verify the token. An operator must set the context value `pageToken` to `id`, or configure the client so that access tokens are JWTs.',
}
