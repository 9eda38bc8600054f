import type { OAuth2Finding } from '../oauth2-error.ts'
import type { FailedOutcome } from './outcome.ts'

type Told = Pick<FailedOutcome, 'code' | 'words' | 'remedy'>

type More = Pick<FailedOutcome, 'consentedBy' | 'said' | 'mailServerSaid'>

/** An attempt that came to nothing, in words. Thrown and caught in this folder. */
export class ConsentFailure extends Error {
  override readonly name = 'ConsentFailure'
  readonly told: Told
  readonly more: More

  constructor({ code, words, remedy }: Told, more: More = {}) {
    super(words)
    this.told = { code, words, remedy }
    this.more = more
  }
}

/** The provider's own words, where it had any. */
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

const tryAgain = 'Try again; if it stays, send the words of this page to whoever asked you.'

/** What only a round trip can run into. */
export const attemptFailures = {
  'wrong-issuer': {
    code: 'wrong-issuer',
    words: 'The answer came from another sign-in service than the one that was asked, so it was not used.',
    remedy: tryAgain,
  },
  'code-refused': {
    code: 'code-refused',
    words: 'The provider did not accept the sign-in after all: it took too long, or was used a second time.',
    remedy: tryAgain,
  },
  'person-unnamed': {
    code: 'person-unproven',
    words:
      'The provider did not say who signed in, and whether that person may open the mailbox could not be tried. The connection that the mailbox has stays.',
    remedy: 'Try again later, once the mail server answers.',
  },
  'link-used-meanwhile': {
    code: 'link-used-meanwhile',
    words: 'The mailbox was connected with the same link in the meantime, perhaps in another window.',
    remedy: 'There is nothing left to do.',
  },
  'link-gone': {
    code: 'link-gone',
    words: 'The link ran out while you signed in.',
    remedy: 'Ask whoever sent you the link for a new one.',
  },
  interrupted: {
    code: 'interrupted',
    words: 'Something went wrong on our side before the connection was made for certain.',
    remedy: tryAgain,
  },
} as const satisfies Record<string, Told>

/** A finding as somebody at a browser needs it: they wait for no run, and a code that is refused was no consent yet (RFC 6749 section 5.2). */
export const inRoundTrip = ({ code, words, remedy, cure }: OAuth2Finding): Told => {
  if (code === 'grant-revoked' || code === 'grant-expired') return attemptFailures['code-refused']
  return { code, words, remedy: cure === 'waiting' ? tryAgain : remedy }
}

/** Who signed in may differ from who was meant: a shared mailbox lets in several people. The mail server decides, and this one it did not let in. */
export const wrongPerson = (consentedBy: string, username: string, mailbox: string): Told => ({
  code: 'wrong-person',
  words: `You signed in as ${consentedBy}, and the mail server did not let ${consentedBy} into the mailbox ${mailbox}.`,
  remedy:
    `Try again and sign in as ${username}: choose “another account” there, or use a private browser window. ` +
    `If it was to be ${consentedBy}, that person needs full access to the mailbox first.`,
})

export const personUnproven = (consentedBy: string, username: string): Told => ({
  code: 'person-unproven',
  words: `You signed in as ${consentedBy} instead of ${username}, and whether ${consentedBy} may open the mailbox could not be tried.`,
  remedy: `Try again later, or sign in as ${username}.`,
})
