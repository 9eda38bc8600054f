import { expect, it } from 'vitest'
import { Chromium, type ChromiumPage } from '../oauth2-server/browser/chromium.ts'
import { startOAuth2Server } from '../oauth2-server/server.ts'
import { loginFolder } from './login-flow.ts'

it('postmaster login in Chromium ends on a page of the command and stores the token', async () => {
  await using server = await startOAuth2Server()
  await using chromium = await Chromium.start()
  using files = loginFolder()
  const [desk = { email: '', password: '' }] = server.users
  let last: ChromiumPage | undefined
  const browse = async (url: string): Promise<void> => {
    last = await chromium.consent(url, desk)
  }
  const { code } = await files.login(server, browse, '--prompt', 'consent')
  expect(code).toBe(0)
  expect(last?.url).toMatch(/^http:\/\/localhost:\d+\/callback\?code=/)
  expect(last?.text).toContain('Return to the terminal.')
  expect(files.token()).toBe(server.tokensIssued[0]?.accessToken)
})
