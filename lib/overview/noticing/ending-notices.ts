import { nameInSubject, noticeOf } from '../../notifications/notice-text.ts'
import type { Notice } from '../../notifications/notices.ts'
import { minuteOf } from '../../text/times.ts'
import type { EndingConsent, EndingSecret } from '../overview.ts'
import { namesIn, type Telling } from './tell.ts'

/** The notice that the consent of an account ends soon. */
export const consentEndsNotice = ({
  accountId,
  name,
  at,
  detail,
  remedy,
}: EndingConsent & { readonly at: string }): Notice =>
  noticeOf({
    kind: 'consent-ends',
    about: { account: accountId },
    page: `/accounts/${accountId}`,
    subject: `the consent of ${nameInSubject(name)} ends on ${at.slice(0, 10)}`,
    happened: `The OAuth2 consent of the mail account ${name} ends on ${minuteOf(at)}. Postmaster cannot fetch its mail afterwards.`,
    cause: detail,
    remedy,
    closing: `Account: ${accountId}. To connect it again, run \`postmaster oauth2 connect ${accountId}\` and send the link to the owner of the mailbox.`,
  })

export const consentsEndSummary = (tellings: readonly Telling[]): Notice =>
  noticeOf({
    kind: 'consent-ends',
    about: {},
    page: '/',
    subject: `the consents of ${tellings.length} mail accounts end soon`,
    happened: `The OAuth2 consents of ${tellings.length} mail accounts end within 14 days. Postmaster cannot fetch their mail afterwards.`,
    list: namesIn(tellings),
    remedy: 'Ask the owners of the mailboxes to consent again, or check why the tokens of these accounts are not used.',
    closing:
      'The overview shows each consent with its end. To connect an account again, run `postmaster oauth2 connect ID`.',
  })

/** The notice that a client secret expires soon or has expired. */
export const secretEndsNotice = ({ profileId, name, state, expiresOn, detail, remedy }: EndingSecret): Notice =>
  noticeOf({
    kind: 'client-secret-ends',
    about: { profile: profileId },
    page: '/oauth2',
    subject: `the client secret of ${nameInSubject(name)} ${state === 'ended' ? 'has expired' : `expires on ${expiresOn}`}`,
    happened: detail,
    remedy,
    closing: `OAuth2 profile: ${profileId}. ${state === 'ended' ? 'Postmaster cannot fetch the mail of its accounts, and the mail stays on the servers.' : 'Afterwards, Postmaster cannot fetch the mail of its accounts.'}`,
  })

export const secretsEndSummary = (tellings: readonly Telling[]): Notice =>
  noticeOf({
    kind: 'client-secret-ends',
    about: {},
    page: '/oauth2',
    subject: `${tellings.length} client secrets expire soon`,
    happened: `${tellings.length} client secrets expire within 14 days or have expired. Postmaster cannot fetch the mail of their accounts afterwards.`,
    list: namesIn(tellings),
    remedy: 'Create new client secrets at the provider, and set them in the profiles together with their expiry dates.',
    closing: 'To see the profiles, run `postmaster oauth2 profiles list`.',
  })
