import type { Ack, Nack } from '../../lib/handover/agents/agent-protocol.ts'
import type { AgentClient, Trouble } from './agent-client.ts'
import { endGroup, isRunning } from './host/process-group.ts'
import type { Report } from './report.ts'
import type { Begun, Entry, Journal } from './state/journal.ts'

export interface SettleServices {
  readonly client: AgentClient
  readonly journal: Journal
  readonly report: Report
}

/** The time in which a command of an earlier run must end after SIGTERM. */
const graceMs = 10_000
/** The longest duration that the protocol allows. */
const longestMs = 86_400_000

/**
 * Ends what a killed run of the agent left running, and turns it into failures that are reported next. Its commands may
 * have succeeded after the agent had ended, so these deliveries are in doubt unless a repeat is harmless.
 */
export const recover = async ({ journal, report }: SettleServices): Promise<void> => {
  for (const entry of journal.entries()) {
    if (entry.state !== 'begun') continue
    const { process } = entry
    // Only the leader's start time shows that the id still belongs to the same group.
    if (process?.start !== undefined && isRunning(process) && !(await endGroup(process.pid, graceMs)))
      report.problem(`Process ${process.pid} of an earlier run of the agent cannot be ended.`, 'End it by hand.')
    const nack = interrupted(entry)
    journal.record({ id: entry.id, at: entry.at, state: 'failed', nack })
    const outcome = nack.inDoubt ? 'is in doubt' : 'is handed over again'
    report.problem(`Delivery ${entry.id} ${outcome}: ${nack.detail}`, nack.inDoubt ? nack.remedy : '')
  }
}

const interrupted = ({ lease, at, repeatable }: Begun): Nack => ({
  lease,
  milliseconds: Math.min(Math.max(0, Date.now() - at), longestMs),
  scope: 'message',
  permanent: false,
  inDoubt: !repeatable,
  code: 'agent-interrupted',
  detail: 'The agent ended while the ticket system took the mail.',
  remedy: 'Check whether the mail has arrived in the ticket system.',
})

/**
 * Reports the results that the API does not have yet.
 * @returns the problem that stopped it. Reporting the other results would fail as well.
 */
export const reportResults = async (
  services: SettleServices,
  running: ReadonlySet<string>,
): Promise<Trouble | undefined> => {
  for (const entry of services.journal.entries()) {
    if (running.has(entry.id) || entry.state === 'begun' || (entry.state === 'done' && entry.refused)) continue
    const trouble = await reportResult(services, entry)
    if (trouble && trouble.kind !== 'refused') return trouble
  }
  return undefined
}

export const reportResult = async (
  { client, journal, report }: SettleServices,
  entry: Exclude<Entry, Begun>,
): Promise<Trouble | undefined> => {
  const { id } = entry
  const answer = await (entry.state === 'done' ? client.ack(id, entry.ack) : client.nack(id, entry.nack))
  if ('value' in answer) {
    journal.forget(id, Date.now())
    return undefined
  }
  if (answer.trouble.kind === 'refused') {
    report.problem(
      `The API does not accept the result of delivery ${id}. ${answer.trouble.text}`,
      answer.trouble.remedy,
    )
    // The ticket system has the mail. If the API leases the delivery again, that lease is acknowledged at once.
    if (entry.state === 'done') journal.record({ ...entry, refused: true })
    else journal.forget(id, Date.now())
  }
  return answer.trouble
}

/** @returns the acknowledgement of a mail that the ticket system took under an earlier lease */
export const repeatedAck = (ack: Ack, lease: string): Ack => ({ ...ack, lease })
