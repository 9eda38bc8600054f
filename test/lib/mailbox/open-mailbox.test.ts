import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Opens a mailbox at a forbidden address, and prints which of the two protocol libraries were loaded. */
const script = (type: string): string => `
  import { registerHooks } from 'node:module'
  const loaded = new Set()
  registerHooks({
    load(url, context, next) {
      const library = /node_modules\\/(imapflow|node-pop3)\\//.exec(url)?.[1]
      if (library) loaded.add(library)
      return next(url, context)
    },
  })
  const { openMailbox } = await import('./lib/mailbox/open-mailbox.ts')
  const policy = { allowPrivateAddresses: false, allowClearTextOnLoopback: false, extraPorts: [], connectTimeout: 1000, silenceTimeout: 1000 }
  const credential = { method: 'password', username: 'ada', password: 'secret' }
  const settings = { type: '${type}', host: '127.0.0.1', port: 995, folder: 'INBOX', credential }
  const code = await openMailbox(settings, policy, new AbortController().signal).catch((error) => error.code)
  console.log(JSON.stringify({ code, loaded: [...loaded] }))
`

test.each([
  ['POP3S', 'node-pop3'],
  ['POP3', 'node-pop3'],
  ['POP3TLS', 'node-pop3'],
  ['IMAP', 'imapflow'],
  ['IMAPS', 'imapflow'],
  ['IMAPTLS', 'imapflow'],
])('openMailbox for %s loads only %s', async (type, library) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script(type)])
  expect(JSON.parse(stdout)).toEqual({ code: 'address-not-allowed', loaded: [library] })
})
