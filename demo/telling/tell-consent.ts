import * as z from 'zod'
import type { ApiClient } from '../../cli/api/client.ts'
import { colours } from '../../cli/terminal/colours.ts'
import { plain } from '../../cli/terminal/text.ts'
import { HttpBrowser, type Page } from '../../test/oauth2-server/browser/http-browser.ts'
import type { OAuth2Server } from '../../test/oauth2-server/server.ts'
import type { SampleServer } from '../sample-server.ts'
import type { SampleAccount } from '../set-up.ts'
import { setUpOAuth2 } from '../set-up-oauth2.ts'
import { narrate } from './narrate.ts'

const linkSchema = z.object({ url: z.string() })

/**
 * Connects an account with OAuth2, step by step, as its owner does in a browser. Prints each step and the results of
 * the first fetch.
 */
export const tellConsent = async (
  api: ApiClient,
  mail: SampleServer,
  signIn: OAuth2Server,
  say: (line: string) => void,
): Promise<SampleAccount> => {
  const account = await setUpOAuth2(api, mail, signIn)
  const [owner] = signIn.users
  if (!owner) throw new Error('the sign-in service has no user')
  say(`\n${colours.bold('OAuth2')}: an account without a password. Its sign-in service is at ${signIn.issuer}\n`)
  const step = (detail: string) => say(`  ${detail}`)
  step(
    `Created through the API: the provider “${account.provider}”, a profile with client id and secret, and the account`,
  )
  const { url } = await api.post(`/accounts/${account.accountId}/oauth2/authorize`, {}, linkSchema)
  step(`The admin sends a link to the mailbox’s owner: ${url}`)
  const browser = new HttpBrowser()
  const invitation = await browser.open(url)
  step(`The owner opens it in a browser, reads “${headingOf(invitation)}” and presses the button`)
  const question = await browser.press(invitation)
  step(
    `The owner signs in as ${owner.email} at ${new URL(question.url).host}, and Postmaster never receives the password`,
  )
  const consent = await browser.press(question, 'Sign in', { email: owner.email, password: owner.password })
  step(`The sign-in service asks “${headingOf(consent)}: mail.imap”, and the owner allows it`)
  const end = await browser.press(consent, 'Allow')
  step(`Postmaster receives its tokens, logs in to the mailbox and shows ${colours.bold(`“${headingOf(end)}”`)}`)
  step('It fetches the waiting messages immediately:\n')
  const { failed } = await narrate(api, [{ ...account, runId: await firstRunOf(api, account) }], say)
  if (failed === 0)
    say(
      `\nFrom now on, Postmaster refreshes its tokens automatically. Left on the mail server: ${await mail.count(account.user)}`,
    )
  return account
}

const runsSchema = z.object({ items: z.tuple([z.object({ runId: z.string() })]) })

/** The callback asks for it before it shows its page. */
const firstRunOf = async (api: ApiClient, { accountId }: SampleAccount): Promise<string> =>
  (await api.get(`/accounts/${accountId}/runs?limit=1`, runsSchema)).items[0].runId

const headingOf = ({ html }: Page): string =>
  plain(
    /<h1>(.*?)<\/h1>/s
      .exec(html)?.[1]
      ?.replaceAll(/<[^>]+>/g, '')
      .trim() ?? '(a page without a heading)',
  )
