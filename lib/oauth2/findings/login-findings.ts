import type { OAuth2Finding } from '../oauth2-error.ts'

/** How a mail server reacts to a token that the provider issued. Part of the catalogue `oauth2Findings`. */
export const loginFindings = {
  connected: {
    code: 'connected',
    cure: 'waiting',
    detail: 'Everything works. The provider issues tokens, and the mail server accepts them.',
    remedy: 'No action is needed.',
  },
  'wrong-audience': {
    code: 'wrong-audience',
    cure: 'change',
    detail: 'The token is for a service other than the mail server.',
    remedy: 'Correct the provider’s scopes so that they refer to the mail service. Then connect the account again.',
  },
  'scope-missing': {
    code: 'scope-missing',
    cure: 'change',
    detail: 'The token does not allow reading mail over the account’s protocol.',
    remedy:
      'Add the scope for the protocol to the provider and the permission to the app’s registration. Then connect the account again.',
  },
  'wrong-person': {
    code: 'wrong-person',
    cure: 'consent',
    detail: 'The person who consented is not the owner of the mailbox.',
    remedy: 'Connect the account again, and sign in as the owner of the mailbox in a private browser window.',
  },
  'mailbox-not-permitted': {
    code: 'mailbox-not-permitted',
    cure: 'change',
    detail: 'The person who consented does not have full access to the mailbox.',
    remedy: 'Give that person full access to the mailbox at the mail server.',
  },
  'application-unknown': {
    code: 'application-unknown',
    cure: 'change',
    detail: 'The application is not registered with the mail server.',
    remedy: 'Register the application with the mail server.',
  },
  'application-not-permitted': {
    code: 'application-not-permitted',
    cure: 'change',
    detail: 'The application is registered with the mail server, but may not open this mailbox.',
    remedy: 'Give the application full access to the mailbox on the mail server.',
  },
  'protocol-disabled': {
    code: 'protocol-disabled',
    cure: 'change',
    detail: 'IMAP or POP3 is disabled for this mailbox.',
    remedy: 'Enable it in the settings of the mailbox or the organisation.',
  },
  'not-connected': {
    code: 'not-connected',
    cure: 'change',
    detail:
      'The mail server accepts the token but does not open a mailbox (“User is authenticated but not connected”).',
    remedy:
      'Check that the mailbox exists and has a licence, that the person who consented is its owner or has full access, and that IMAP or POP3 is enabled for it.',
  },
  'token-refused': {
    code: 'token-refused',
    cure: 'change',
    detail: 'The mail server rejects the access token without a reason.',
    remedy: 'Check that the person who consented may open this mailbox, and that IMAP or POP3 is enabled for it.',
  },
} as const satisfies Record<string, OAuth2Finding>
