import type { SessionOptions } from '../../../lib/mailbox/connect-session.ts'
import type { Assignment } from '../assignment.ts'

/** The options of a bare client's session, with the limits of the deployed fetch function. */
export const bareOptions = ({ protocol, host, port, user, password }: Assignment): SessionOptions => ({
  settings: {
    type: protocol === 'imap' ? 'IMAP' : 'POP3',
    host,
    port,
    folder: 'INBOX',
    credential: { method: 'password', username: user, password },
  },
  addresses: [{ address: host, family: 4, port }],
  policy: {
    allowPrivateAddresses: true,
    allowClearTextOnLoopback: false,
    extraPorts: [port],
    connectTimeout: 15_000,
    silenceTimeout: 60_000,
  },
  signal: AbortSignal.timeout(510_000),
})
