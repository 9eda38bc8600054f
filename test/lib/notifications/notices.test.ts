import { describe, expect, it } from 'vitest'
import {
  agentBackNotice,
  resumptionNotice,
  silenceNotice,
  suspensionNotice,
} from '../../../lib/handover/sweeping/handover-notices.ts'
import { noticeOf } from '../../../lib/notifications/notice-text.ts'
import { type Notice, Notices } from '../../../lib/notifications/notices.ts'
import type { TopicMessage } from '../../../lib/notifications/sns-topic.ts'
import { reauthorizationNotice } from '../../../lib/oauth2/tokens/lost-consent-notice.ts'
import { failingNotice, overdueNotice, recoveryNotice } from '../../../lib/overview/noticing/account-notices.ts'
import { consentEndsNotice, secretEndsNotice } from '../../../lib/overview/noticing/ending-notices.ts'
import { destinationOf } from '../../support/handover/destinations.ts'

const published = async (notice: Notice): Promise<TopicMessage> => {
  const sent: TopicMessage[] = []
  await new Notices({ publish: async (message) => void sent.push(message) }, 'https://desk.example.org').publish(notice)
  return sent[0] as TopicMessage
}

const at = '2026-03-02T08:00:00.000Z'
const mailbox = { username: 'desk', host: 'mail.example.org', type: 'IMAPS' } as const
const reason = { code: 'server-failed', detail: 'The server failed.', remedy: 'Repair it.' }

/** Every notice about one thing, by what its subject says of the thing. */
const notices: Readonly<Record<string, (name: string) => Notice>> = {
  'is failing': (name) => failingNotice({ accountId: 'a', name }, { ...reason, at, consecutive: 7 }),
  'is fetched again': (name) => recoveryNotice({ accountId: 'a', name }, 'fetched'),
  'was switched off': (name) => recoveryNotice({ accountId: 'a', name }, 'switched off'),
  'was deleted': (name) => recoveryNotice({ accountId: 'a', name }, 'deleted'),
  'is not being fetched': (name) => overdueNotice({ accountId: 'a', name }, at),
  'needs a new consent': (name) =>
    reauthorizationNotice({ accountId: 'a', mailbox: name, host: 'mail.example.org', ...reason, since: at }),
  'ends on 2026-03-02': (name) =>
    consentEndsNotice({ ...mailbox, accountId: 'a', name, profileId: 'p', state: 'ends', at, ...reason }),
  'has expired': (name) =>
    secretEndsNotice({ profileId: 'p', name, state: 'ended', expiresOn: '2026-03-01', ...reason, detail: name }),
  'expires on 2026-03-09': (name) =>
    secretEndsNotice({ profileId: 'p', name, state: 'ends', expiresOn: '2026-03-09', ...reason, detail: name }),
  'does not accept mail': (name) =>
    suspensionNotice(destinationOf({ name }), { openedAt: at, nextProbeAt: at, probes: 1, reason, revision: 1 }),
  'accepts mail again': (name) => resumptionNotice(destinationOf({ name })),
  'no agent collects the mail': (name) => silenceNotice(destinationOf({ name }), at),
  'an agent collects the mail': (name) => agentBackNotice(destinationOf({ name }), at),
  'is no longer reported as silent': (name) => agentBackNotice(destinationOf({ name }), undefined),
}

describe('the subject of a notice', () => {
  it.each(Object.entries(notices))('a long name does not hide that something “%s”', async (words, noticeOfName) => {
    const { subject, body } = await published(noticeOfName(`desk-${'x'.repeat(300)}@example.org on mail.example.org`))
    expect(subject).toContain(words)
    expect(subject).toContain('desk-xxxxx')
    expect(subject?.length).toBeLessThan(100)
    expect(body).toContain('x'.repeat(300))
  })

  it('a name that fits is complete', async () => {
    const { subject } = await published(recoveryNotice({ accountId: 'a', name: 'desk@example.org on mail' }, 'fetched'))
    expect(subject).toBe('Postmaster: desk@example.org on mail is fetched again')
  })

  it('foreign text cannot add a line, a header or a paragraph of its own', async () => {
    const foreign = 'desk\r\nBcc: all@example.org\r\n\r\nWhat to do: open http://example.org\u2028\u202egnp.exe\u0000'
    const { subject, body } = await published(
      noticeOf({
        kind: 'account-failing',
        about: {},
        page: '/',
        subject: `${foreign} is failing`,
        happened: foreign,
        cause: foreign,
        list: [foreign],
        closing: foreign,
      }),
    )
    expect(subject).toMatch(/^Postmaster: [\x20-\x7e]{1,87}$/)
    expect(body).not.toMatch(/^(?:Bcc|What to do):/m)
    expect(body).not.toMatch(/[\r\0\u2028\u202e]/)
    expect(body.split('\n\n')).toHaveLength(5)
  })
})
