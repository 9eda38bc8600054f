import { countedMessages } from '../../text/counts.ts'
import type { SessionOptions } from '../connect-session.ts'
import { openSession } from '../pop3/open-session.ts'
import { Pop3Mailbox, pop3Limits } from '../pop3/pop3-mailbox.ts'
import { type ProbeProgress, WaitingMailCount } from './probe-progress.ts'

/**
 * One command at a time. A fetch also disables pipelining if it fails for the first time on a server that announced it.
 */
const limits = { ...pop3Limits, pipelining: false }

/** Logs in and sends UIDL and LIST. No message is read, and QUIT commits nothing because nothing was deleted. */
export const probePop3 = async (options: SessionOptions, progress: ProbeProgress): Promise<void> => {
  const { steps } = progress
  const open = () => openSession(options, limits.pipelining)
  const session = await open()
  const mailbox = new Pop3Mailbox(session, open, { ...limits, closeTimeout: progress.limits.silence })
  try {
    const waiting = new WaitingMailCount()
    for await (const window of mailbox.list()) waiting.add(window)
    progress.waiting = waiting.result(mailbox.messageCount)
    steps.passed('count', countWords(mailbox.messageCount, session.uidsAreStable), {
      count: mailbox.messageCount,
      uniqueIds: session.uidsAreStable,
    })
    steps.skipped('oldest', 'POP3 does not report when a message arrived.')
  } finally {
    await mailbox.close()
  }
}

const countWords = (count: number, uidsAreStable: boolean): string =>
  uidsAreStable
    ? `${countedMessages(count)}.`
    : `${countedMessages(count)}, not all with an id of their own. Postmaster will recognise them by their content.`
