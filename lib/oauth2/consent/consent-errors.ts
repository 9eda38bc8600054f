import { type Reason, reasonOf } from '../../reasons/reason.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { FailedOutcome } from './consent-store.ts'

interface CataloguedRefusal extends Omit<Reason, 'code'> {
  /** The HTTP status. */
  readonly status: 200 | 400 | 403 | 404 | 409 | 410
  readonly title: string
}

const askAgain = 'Ask the person who sent you the link for a new one.'

/** Reasons why a consent page cannot continue. The texts are for the mailbox's owner, who may not know Postmaster. */
export const consentRefusals = {
  'link-unknown': {
    status: 404,
    title: 'This link does not work',
    detail: 'The link is incomplete or older than a day.',
    remedy: `Open the link exactly as it was sent to you. If it still does not work, ${askAgain.charAt(0).toLowerCase()}${askAgain.slice(1)}`,
  },
  'link-expired': {
    status: 410,
    title: 'This link has expired',
    detail: 'A link for connecting a mailbox works for 24 hours.',
    remedy: askAgain,
  },
  'link-used': {
    status: 410,
    title: 'This link has already been used',
    detail: 'The mailbox is already connected. Each link can connect a mailbox only once.',
    remedy: 'No action is needed. To connect the mailbox again, ask the person who sent you the link for a new one.',
  },
  'link-worn-out': {
    status: 410,
    title: 'This link was tried too many times',
    detail: 'The link has been tried 20 times without success.',
    remedy: askAgain,
  },
  'account-deleted': {
    status: 410,
    title: 'The mail account no longer exists',
    detail: 'An admin deleted it in Postmaster after the link was created. Nothing was connected.',
    remedy: 'No action is needed.',
  },
  'account-changed': {
    status: 409,
    title: 'The mail account has changed',
    detail:
      'Since the link was created, an admin has changed the mailbox or the person who should sign in. Nothing was connected.',
    remedy: askAgain,
  },
  'foreign-form': {
    status: 403,
    title: 'This request did not come from our page',
    detail: 'Another page sent you here, so nothing was started.',
    remedy: 'Open the link that was sent to you and press the button there.',
  },
  'answer-malformed': {
    status: 400,
    title: 'There is no sign-in to complete',
    detail: 'This page completes a sign-in, but the request contains no sign-in or an incomplete one.',
    remedy: 'Open the link that was sent to you and start again from there.',
  },
  // After an administrator approves an app for an organisation, Microsoft redirects to the address that sign-ins also
  // use.
  'app-approved': {
    status: 200,
    title: 'The app was approved',
    detail:
      'The provider has recorded your approval for the organisation. The approval alone does not connect a mailbox.',
    remedy: 'The people who were asked to connect a mailbox can now open their links and sign in.',
  },
  'attempt-unknown': {
    status: 400,
    title: 'This sign-in has expired or is unknown',
    detail: 'A sign-in must be completed within 10 minutes and can be used only once. Nothing was connected.',
    remedy: 'Open the link that was sent to you and sign in again.',
  },
  'other-browser': {
    status: 403,
    title: 'This sign-in started in another browser',
    detail:
      'Only the browser in which the button was pressed can complete the sign-in. Nothing was connected. If someone sent you the address of this page, do not use it. ' +
      'It belongs to a sign-in that they started.',
    remedy: 'Open the link that was sent to you, and stay in the same browser. The browser must accept cookies.',
  },
} as const satisfies Record<string, CataloguedRefusal>
export type ConsentRefusalCode = keyof typeof consentRefusals

/** An expected refusal, which is shown as a page. */
export class ConsentRefusal extends Error {
  override readonly name = 'ConsentRefusal'
  readonly code: ConsentRefusalCode

  constructor(code: ConsentRefusalCode) {
    super(consentRefusals[code].detail)
    this.code = code
  }

  get reason(): Reason {
    return reasonOf({ ...consentRefusals[this.code], code: this.code })
  }
}

type More = Pick<FailedOutcome, 'consentedBy' | 'said' | 'mailServerSaid'>

/** A failed attempt with texts for the person at the browser. Thrown and caught in this folder. */
export class ConsentFailure extends Error {
  override readonly name = 'ConsentFailure'
  readonly reason: Reason
  readonly more: More

  constructor(reason: Reason, more: More = {}) {
    super(reason.detail)
    this.reason = reasonOf(reason)
    this.more = more
  }
}

type Said = NonNullable<FailedOutcome['said']>

/** The provider's own error texts, if there are any. */
export const saidIn = ({ error, description, uri }: Said): Pick<FailedOutcome, 'said'> =>
  error === undefined && description === undefined ? {} : { said: { error, description, uri } }

const tryAgain =
  'Try again. If the problem persists, send the text of this page to the person who asked you to connect the mailbox.'

/** Failures that only occur during a round trip. */
export const attemptFailures = {
  'wrong-issuer': {
    code: 'wrong-issuer',
    detail: 'The response came from a sign-in service other than the expected one, so it was not used.',
    remedy: tryAgain,
  },
  'code-refused': {
    code: 'code-refused',
    detail: 'The provider did not accept the sign-in. It took too long, or it was already used.',
    remedy: tryAgain,
  },
  'person-unnamed': {
    code: 'person-unproven',
    detail:
      'The provider did not name the person who signed in, and the mail server could not be asked whether that person may open the mailbox. The mailbox’s existing connection was kept.',
    remedy: 'Try again later, when the mail server responds again.',
  },
  'link-used-meanwhile': {
    code: 'link-used-meanwhile',
    detail: 'The mailbox was connected with the same link in the meantime, perhaps in another window.',
    remedy: 'No action is needed.',
  },
  'link-gone': {
    code: 'link-gone',
    detail: 'The link expired while you were signing in.',
    remedy: 'Ask the person who sent you the link for a new one.',
  },
  interrupted: {
    code: 'interrupted',
    detail: 'An error in Postmaster interrupted the sign-in before the connection was confirmed.',
    remedy: tryAgain,
  },
} as const satisfies Record<string, Reason>

/**
 * Adapts a finding for a person at a browser. They cannot wait for a run, and a rejected code does not mean that a
 * consent was revoked (RFC 6749 section 5.2).
 */
export const inRoundTrip = ({ code, detail, remedy, cure }: OAuth2Finding): Reason => {
  if (code === 'grant-revoked' || code === 'grant-expired') return attemptFailures['code-refused']
  return { code, detail, remedy: cure === 'waiting' ? tryAgain : remedy }
}

/**
 * The failure if the mail server rejected a person other than the expected one. Such a person is not rejected
 * beforehand, because several people can have access to a shared mailbox. The mail server decides.
 */
export const wrongPerson = (consentedBy: string, username: string, mailbox: string): Reason => ({
  code: 'wrong-person',
  detail: `You signed in as ${consentedBy}, and the mail server did not let ${consentedBy} open the mailbox ${mailbox}.`,
  remedy:
    `Try again and sign in as ${username}. Choose “another account” on the sign-in page, or use a private browser window. ` +
    `If ${consentedBy} is the right person, give ${consentedBy} full access to the mailbox first.`,
})

export const personUnproven = (consentedBy: string, username: string): Reason => ({
  code: 'person-unproven',
  detail: `You signed in as ${consentedBy} instead of ${username}, and the mail server could not be asked whether ${consentedBy} may open the mailbox.`,
  remedy: `Try again later, or sign in as ${username}.`,
})
