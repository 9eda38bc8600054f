import { type ConsentRefusalCode, consentRefusals } from '../../../lib/oauth2/consent/consent-refusal.ts'
import type { OAuth2Finding } from '../../../lib/oauth2/oauth2-error.ts'
import { html, withCode } from '../../shared/page/html.ts'
import type { Page } from '../../shared/page/page.ts'

export const refusalPage = (code: ConsentRefusalCode): Page => {
  const { status, title, words, remedy } = consentRefusals[code]
  return { status, title, main: html`<h1>${title}</h1><p>${words}</p><h2>What to do</h2><p>${remedy}</p>` }
}

/** Profile or provider do not make a request: only whoever looks after Postmaster can do something about it. */
export const incompletePage = ({ code, words, remedy }: OAuth2Finding): Page => ({
  status: 409,
  title: 'Not ready yet',
  main: html`<h1>This mailbox cannot be connected yet</h1>
<p>Something is missing in Postmaster’s settings, so you were not sent on.</p>
<h2>What to do</h2>
<p>Send this to whoever sent you the link: ${withCode(words)} ${withCode(remedy)} (<code>${code}</code>) Afterwards the same link works.</p>`,
})

export const goingOnPage: Page = {
  status: 200,
  title: 'Being completed',
  refreshAfter: 2,
  main: html`<h1>Your sign-in is already being completed</h1>
<p>Postmaster is trying out the mailbox. This page goes on by itself in a moment.</p>`,
}
