interface CataloguedRefusal {
  /** HTTP. */
  readonly status: 200 | 400 | 403 | 404 | 409 | 410
  readonly title: string
  readonly words: string
  readonly remedy: string
}

const askAgain = 'Ask whoever sent you the link for a new one.'

/** Why a page of the consent cannot go on. The words are for the owner of a mailbox, who may know nothing of Postmaster. */
export const consentRefusals = {
  'link-unknown': {
    status: 404,
    title: 'This link does not work',
    words: 'It is not complete, or it is older than a day.',
    remedy: `Open it exactly as it was sent to you. If it still does not work: ${askAgain.charAt(0).toLowerCase()}${askAgain.slice(1)}`,
  },
  'link-expired': {
    status: 410,
    title: 'This link has expired',
    words: 'Links to connect a mailbox work for 24 hours.',
    remedy: askAgain,
  },
  'link-used': {
    status: 410,
    title: 'This link has done its work',
    words: 'The mailbox was connected with it already; each link connects once.',
    remedy: 'There is nothing left to do. To connect the mailbox anew, ask whoever sent you the link for another one.',
  },
  'link-worn-out': {
    status: 410,
    title: 'This link was tried too often',
    words: 'It has been tried 20 times without success.',
    remedy: askAgain,
  },
  'account-deleted': {
    status: 410,
    title: 'The mail account no longer exists',
    words: 'Somebody deleted it in Postmaster after the link was made. Nothing was connected.',
    remedy: 'There is nothing left to do.',
  },
  'account-changed': {
    status: 409,
    title: 'The mail account was changed',
    words:
      'Since the link was made, somebody changed in Postmaster which mailbox it is or who should sign in. Nothing was connected.',
    remedy: askAgain,
  },
  'foreign-form': {
    status: 403,
    title: 'This did not come from our page',
    words: 'Another page sent you here, so nothing was begun.',
    remedy: 'Open the link as it was sent to you and press the button there.',
  },
  'answer-malformed': {
    status: 400,
    title: 'Nothing to complete here',
    words: 'This address is where a sign-in leads back to; what came with it is not complete.',
    remedy: 'Open the link as it was sent to you and begin there.',
  },
  // Microsoft sends whoever approves an app for an organisation to the same address as those who sign in.
  'app-approved': {
    status: 200,
    title: 'The app was approved',
    words: 'Your approval for the organisation is with the provider; it connects no mailbox by itself.',
    remedy: 'Now whoever was asked to connect a mailbox can open their link and sign in.',
  },
  'attempt-unknown': {
    status: 400,
    title: 'This sign-in is too old or unknown',
    words: 'A sign-in has to be finished within 10 minutes, and each can be used once. Nothing was connected.',
    remedy: 'Open the link as it was sent to you and sign in again.',
  },
  'other-browser': {
    status: 403,
    title: 'This sign-in began in another browser',
    words:
      'Only the browser in which the button was pressed can finish it. Nothing was connected. If somebody sent you the address of this page, do not use it: ' +
      'it belongs to something that they began.',
    remedy: 'Open the link as it was sent to you, and stay in that browser; its cookies must be allowed.',
  },
} as const satisfies Record<string, CataloguedRefusal>
export type ConsentRefusalCode = keyof typeof consentRefusals

/** An expected refusal, told as a page. */
export class ConsentRefusal extends Error {
  override readonly name = 'ConsentRefusal'
  readonly code: ConsentRefusalCode

  constructor(code: ConsentRefusalCode) {
    super(consentRefusals[code].words)
    this.code = code
  }
}
