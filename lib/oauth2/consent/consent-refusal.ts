interface CataloguedRefusal {
  /** The HTTP status. */
  readonly status: 200 | 400 | 403 | 404 | 409 | 410
  readonly title: string
  readonly detail: string
  readonly remedy: string
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
}
