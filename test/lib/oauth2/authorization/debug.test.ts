import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { expectNoSecret, scripted, secrets } from './asking.ts'

const script = fileURLToPath(new URL('ask-in-debug.ts', import.meta.url))

describe('OAuth2 requests with DEBUG in the environment', () => {
  it.each([
    ['*', 'body'],
    ['*', 'header'],
    ['simple-oauth2:*,another', 'body'],
    ['-nothing *', 'header'],
  ])('OAuth2 requests print no secrets or tokens with DEBUG=%s (%s)', async (debug, method) => {
    const server = await scripted()
    const parameters = [server.tokenEndpoint, method, secrets.clientSecret, secrets.refreshToken]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...parameters], {
      env: { ...process.env, DEBUG: debug, NODE_DEBUG: '' },
    })
    expect(server.requests).toHaveLength(2)
    expectNoSecret(stdout, stderr)
    expect(stderr).not.toContain('simple-oauth2')
    expect(stderr).toContain('another is still heard')
  })
})
