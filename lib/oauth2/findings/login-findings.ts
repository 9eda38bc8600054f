import type { OAuth2Finding } from '../oauth2-error.ts'

/** What a mail server makes of a token that the provider gave; part of the catalogue `oauth2Findings`. */
export const loginFindings = {
  connected: {
    code: 'connected',
    cure: 'waiting',
    words: 'Everything works: the provider gives tokens, and the mail server takes them.',
    remedy: 'Nothing to do.',
  },
  'wrong-audience': {
    code: 'wrong-audience',
    cure: 'change',
    words: 'The token is for another service than the mail server.',
    remedy: 'Correct the scopes of the provider so that they name the mail service, then connect the account again.',
  },
  'scope-missing': {
    code: 'scope-missing',
    cure: 'change',
    words: 'The token does not allow to read mail over the account’s protocol.',
    remedy:
      'Add the scope for it to the provider and the permission to the app’s registration, then connect the account again.',
  },
  'wrong-person': {
    code: 'wrong-person',
    cure: 'consent',
    words: 'Somebody else consented than the person whose mailbox it is.',
    remedy: 'Connect the account again, and sign in as the owner of the mailbox in a private browser window.',
  },
  'mailbox-not-permitted': {
    code: 'mailbox-not-permitted',
    cure: 'change',
    words: 'The person who consented has no full access to the mailbox that is to be opened.',
    remedy: 'Give that person full access to the mailbox at the mail server.',
  },
  'application-unknown': {
    code: 'application-unknown',
    cure: 'change',
    words: 'The mail server does not know the application.',
    remedy: 'Register the application at the mail server.',
  },
  'application-not-permitted': {
    code: 'application-not-permitted',
    cure: 'change',
    words: 'The mail server knows the application, but does not let it into this mailbox.',
    remedy: 'Give the application full access to the mailbox at the mail server.',
  },
  'protocol-disabled': {
    code: 'protocol-disabled',
    cure: 'change',
    words: 'IMAP or POP3 is switched off for this mailbox.',
    remedy: 'Switch it on in the settings of the mailbox or of the organisation.',
  },
  'not-connected': {
    code: 'not-connected',
    cure: 'change',
    words: 'The mail server takes the token, but opens no mailbox for it (“User is authenticated but not connected”).',
    remedy:
      'Check that the mailbox exists and has a licence, that the person who consented is its owner or has full access, and that IMAP or POP3 is switched on for it.',
  },
  'token-refused': {
    code: 'token-refused',
    cure: 'change',
    words: 'The mail server refuses the access token and does not say why.',
    remedy: 'Check that the person who consented may open this mailbox, and that IMAP or POP3 is switched on for it.',
  },
} as const satisfies Record<string, OAuth2Finding>
