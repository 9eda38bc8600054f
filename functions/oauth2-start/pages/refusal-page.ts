import { type ConsentRefusalCode, consentRefusals } from '../../../lib/oauth2/consent/consent-errors.ts'
import type { OAuth2Finding } from '../../../lib/oauth2/oauth2-error.ts'
import { html, withCode } from '../../shared/page/html.ts'
import type { Page } from '../../shared/page/page.ts'

export const refusalPage = (code: ConsentRefusalCode): Page => {
  const { status, title, detail, remedy } = consentRefusals[code]
  return { status, title, main: html`<h1>${title}</h1><p>${detail}</p><h2>What to do</h2><p>${remedy}</p>` }
}

/**
 * The page for a profile or provider that does not allow a valid request. Only the people who run Postmaster can fix
 * it.
 */
export const incompletePage = ({ code, detail, remedy }: OAuth2Finding): Page => ({
  status: 409,
  title: 'Not ready yet',
  main: html`<h1>This mailbox cannot be connected yet</h1>
<p>Postmaster’s settings are incomplete, so you were not sent to the provider.</p>
<h2>What to do</h2>
<p>Send this text to the person who sent you the link: ${withCode(detail)} ${withCode(remedy)} (<code>${code}</code>) Afterwards, the same link works.</p>`,
})

export const goingOnPage: Page = {
  status: 200,
  title: 'Being completed',
  refreshAfter: 2,
  main: html`<h1>Your sign-in is already being completed</h1>
<p>Postmaster is testing the mailbox. This page refreshes automatically.</p>`,
}
