import type { AccountSettings } from '../accounts/input/parse-account-input.ts'
import type { Credential, MailboxSettings } from '../mailbox/mailbox.ts'
import type { ConnectionTest } from '../mailbox/probe/connection-test.ts'
import type { LoginNotTried, ProbeOptions } from '../mailbox/probe/probe-mailbox.ts'

/** The login of a connection test. */
export interface TestedLogin {
  /** With `withoutLogin`, a user name without a secret, which is not sent. */
  readonly credential: Credential
  readonly withoutLogin?: LoginNotTried
  /**
   * Called if the mail server rejects the credential.
   * @returns another credential, the reason why there is none, or undefined if no time is left
   */
  readonly another?: () => Promise<Credential | LoginNotTried | undefined>
}

export interface ProbeServices {
  readonly probe: (settings: MailboxSettings, options?: Pick<ProbeOptions, 'withoutLogin'>) => Promise<ConnectionTest>
}

export const tryLogin = async (
  { type, host, port, folder = 'INBOX', customCa }: AccountSettings,
  { credential, withoutLogin, another }: TestedLogin,
  { probe }: ProbeServices,
): Promise<ConnectionTest> => {
  const mailbox = { type, host, port, folder, customCa }
  const result = await probe({ ...mailbox, credential }, withoutLogin && { withoutLogin })
  // A provider may revoke a token before it expires and then issue another one. A fetch does the same.
  const renewed = tokenRefused(result) ? await another?.() : undefined
  if (!renewed) return result
  return 'method' in renewed ? await probe({ ...mailbox, credential: renewed }) : withCause(result, renewed)
}

/** The reason why there is no other token is more informative than the mail server's refusal of this one. */
const withCause = (result: ConnectionTest, cause: LoginNotTried): ConnectionTest => ({
  ...result,
  steps: result.steps.map((step) => (step.code === refused ? { ...step, ...cause } : step)),
})

const refused = 'token-refused'
const tokenRefused = ({ steps }: ConnectionTest): boolean => steps.some(({ code }) => code === refused)
