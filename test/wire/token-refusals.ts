import { expect } from 'vitest'
import type { MailboxError, MailboxErrorCode } from '../../lib/mailbox/mailbox-error.ts'
import type { Fault } from '../mail-server/faults.ts'
import type { Quirks } from '../mail-server/options.ts'
import type { MailServer } from '../mail-server/server.ts'
import { refuseToken } from '../mail-server/token-faults.ts'
import { expectNoToken } from '../support/token-spellings.ts'

/** A way in which a server refuses an access token, and what the session makes of it. */
export interface TokenRefusal {
  readonly title: string
  readonly quirks?: Partial<Quirks>
  readonly faults: readonly Fault[]
  readonly code: MailboxErrorCode
  readonly detail?: string | RegExp
  /** The client's responses after the token. */
  readonly answers?: readonly string[]
}

export const challenge = { status: '400', schemes: 'Bearer', scope: 'https://mail.google.com/' }

const encoded = (content: string) => Buffer.from(content).toString('base64')

/**
 * The refusals that have the same outcome over IMAP and POP3.
 * @param options the response code of the final refusal, which POP3 shows as a part of the text
 */
export const sharedTokenRefusals = (options: { readonly code?: string } = {}): readonly TokenRefusal[] => {
  const unreadable: ReadonlyArray<readonly [title: string, challenge: string]> = [
    ['not base64', '%%%'],
    ['not JSON', encoded('<html>')],
    ...[['a', 'list'], 'text', 12, true, null, { status: { deep: true }, scope: null }].map((content) => {
      const json = JSON.stringify(content)
      return [json, encoded(json)] as const
    }),
  ]
  return [
    ...unreadable.map(([title, challenge]) => ({
      title: `by a challenge that is ${title}`,
      faults: [refuseToken({ challenges: [challenge], text: 'no', ...options })],
      code: 'token-refused' as const,
      detail: 'no',
    })),
    { title: 'by an empty challenge', faults: [refuseToken({ challenges: [''] })], code: 'token-refused' },
    {
      title: 'by a challenge of 2 MB',
      faults: [refuseToken({ challenges: ['A'.repeat(2_000_000)] })],
      code: 'server-misbehaved',
    },
    { title: 'by hanging after the challenge', faults: [refuseToken({ ending: 'hang' })], code: 'server-silent' },
    {
      title: 'by disconnecting after the challenge',
      faults: [refuseToken({ ending: 'drop' })],
      code: 'connection-lost',
    },
    { title: 'by a reset after the challenge', faults: [refuseToken({ ending: 'reset' })], code: 'connection-lost' },
  ]
}

/** Expects the outcome of a refusal, without the token in the error, without a second method, and a closed session. */
export const expectTokenRefusal = async (
  { code, detail, answers }: TokenRefusal,
  error: MailboxError,
  server: MailServer,
): Promise<void> => {
  expect(error.code).toBe(code)
  if (detail instanceof RegExp) expect(error.serverWords).toMatch(detail)
  else if (detail !== undefined) expect(error.serverWords).toBe(detail)
  expect(error.serverWords.length).toBeLessThanOrEqual(200)
  expectNoToken([error])
  const sasl = server.transcript.filter(({ name }) => name === 'SASL').map(({ args }) => args)
  if (answers) expect(sasl.slice(sasl.length - answers.length)).toEqual(answers)
  expect(server.commandNames()).not.toContain('LOGIN')
  expect(server.commandNames()).not.toContain('USER')
  await expect.poll(() => server.openSessions).toBe(0)
}
