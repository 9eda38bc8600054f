import { expect, it } from 'vitest'
import { listenForRedirect } from '../../cli/login/redirect-listener.ts'
import { rawRequest, statusOf } from '../support/raw-request.ts'

it('login keeps waiting for the browser after requests that are not the redirect', async () => {
  await using listener = await listenForRedirect(0)
  const port = Number(new URL(listener.redirectUri).port)
  const answerTo = async (target: string) =>
    statusOf(await rawRequest(port, [`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`]))
  const coming = listener.wait('s3cret', 10_000)
  // The first two are not valid request targets.
  for (const target of ['//', 'http://[', '/', '/callback?state=wrong']) expect(await answerTo(target)).toBe(404)
  expect(await answerTo('/callback?state=s3cret')).toBe(200)
  expect((await coming).searchParams.get('state')).toBe('s3cret')
})
