import type { OAuth2Finding } from '../oauth2-error.ts'
import type { FailedOutcome } from './outcome.ts'

type Told = Pick<FailedOutcome, 'code' | 'detail' | 'remedy'>

type More = Pick<FailedOutcome, 'consentedBy' | 'said' | 'mailServerSaid'>

/** A failed attempt with texts for the person at the browser. Thrown and caught in this folder. */
export class ConsentFailure extends Error {
  override readonly name = 'ConsentFailure'
  readonly told: Told
  readonly more: More

  constructor({ code, detail, remedy }: Told, more: More = {}) {
    super(detail)
    this.told = { code, detail, remedy }
    this.more = more
  }
}

/** The provider's own error texts, if there are any. */
export const saidIn = ({
  error,
  description,
  uri,
}: {
  readonly error?: string | undefined
  readonly description?: string | undefined
  readonly uri?: string | undefined
}): Pick<FailedOutcome, 'said'> =>
  error === undefined && description === undefined
    ? {}
    : {
        said: {
          ...(error !== undefined && { error }),
          ...(description !== undefined && { description }),
          ...(uri !== undefined && { uri }),
        },
      }

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
} as const satisfies Record<string, Told>

/**
 * Adapts a finding for a person at a browser. They cannot wait for a run, and a rejected code does not mean that a
 * consent was revoked (RFC 6749 section 5.2).
 */
export const inRoundTrip = ({ code, detail, remedy, cure }: OAuth2Finding): Told => {
  if (code === 'grant-revoked' || code === 'grant-expired') return attemptFailures['code-refused']
  return { code, detail, remedy: cure === 'waiting' ? tryAgain : remedy }
}

/**
 * The failure if the mail server rejected a person other than the expected one. Such a person is not rejected
 * beforehand, because several people can have access to a shared mailbox. The mail server decides.
 */
export const wrongPerson = (consentedBy: string, username: string, mailbox: string): Told => ({
  code: 'wrong-person',
  detail: `You signed in as ${consentedBy}, and the mail server did not let ${consentedBy} open the mailbox ${mailbox}.`,
  remedy:
    `Try again and sign in as ${username}. Choose “another account” on the sign-in page, or use a private browser window. ` +
    `If ${consentedBy} is the right person, give ${consentedBy} full access to the mailbox first.`,
})

export const personUnproven = (consentedBy: string, username: string): Told => ({
  code: 'person-unproven',
  detail: `You signed in as ${consentedBy} instead of ${username}, and the mail server could not be asked whether ${consentedBy} may open the mailbox.`,
  remedy: `Try again later, or sign in as ${username}.`,
})
