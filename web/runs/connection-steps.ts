import { counted } from '../shared/words/numbers.ts'
import { dateOnly, duration } from '../shared/words/times.tsx'
import type { Run } from './queries.ts'

type Connection = NonNullable<Run['connection']>

export interface ConnectionStep {
  readonly text: string
  readonly isDone: boolean
  /** When the step ended, counted from the start. */
  readonly after: string | undefined
}

/** @returns the steps of a session in order, up to the first one that did not succeed @param failed whether the run ended with an error */
export const connectionSteps = (connection: Connection, failed: boolean): ConnectionStep[] => {
  const { host, port, address, tls, login, folder, messages } = connection
  const steps = [
    {
      text: `Connect to ${host}, port ${port}${address === undefined ? '' : ` (${address})`}`,
      after: connection.connectedAfter,
    },
    ...(tls || connection.securedAfter !== undefined
      ? [
          {
            text: `Encrypt with ${tls?.version ?? 'TLS'}${tls?.subject === undefined ? '' : `, certificate of ${tls.subject}`}${tls?.validTo === undefined ? '' : `, valid until ${dateOnly(tls.validTo)}`}`,
            after: connection.securedAfter,
          },
        ]
      : []),
    { text: login === undefined ? 'Log in' : `Log in with ${login}`, after: connection.loggedInAfter },
    {
      text: `Open ${folder === undefined ? 'the mailbox' : `the folder ${folder}`}${messages === undefined ? '' : `, which has ${counted(messages, 'message')}`}`,
      after: connection.openedAfter,
    },
  ]
  const firstMissing = steps.findIndex(({ after }) => after === undefined)
  const shown = firstMissing === -1 ? steps : steps.slice(0, failed ? firstMissing + 1 : firstMissing)
  return shown.map(({ text, after }) => ({
    text,
    isDone: after !== undefined,
    after: after === undefined ? undefined : duration(after),
  }))
}
