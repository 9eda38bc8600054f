import { rm } from 'node:fs/promises'
import { agentLimits, type Leased, type Nack } from '../../lib/handover/agents/agent-protocol.ts'
import { cutTo } from '../../lib/text/printable.ts'
import type { Trouble } from './agent-client.ts'
import { isUnwritable } from './host/system-error.ts'
import type { Failure, Receiver, Verdict } from './receiver/receiver.ts'
import { repeatedAck, reportResult, type SettleServices } from './settle.ts'
import type { Entry } from './state/journal.ts'
import { stageMail } from './state/staged-mail.ts'

export interface HandOverServices extends SettleServices {
  readonly receiver: Receiver
  /** The folder for mail that is being handed over. */
  readonly mail: string
}

/** Milliseconds to fetch a mail. 100 MB arrive in this time over 4 Mbit/s. The lease is longer by more than this. */
export const downloadMs = 240_000

/** `destination`: the ticket system or this host fails, so the next mail would fail as well. */
export type HandOverResult = 'delivered' | 'failed' | 'destination'

/** Hands one leased mail over, and reports the result. A result that cannot be reported now stays in the journal. */
export const handOver = async (services: HandOverServices, leased: Leased): Promise<HandOverResult> => {
  const { journal, report } = services
  const before = journal.find(leased.deliveryId)
  if (before?.state === 'done' && before.replays === leased.replays) {
    // The ticket system has the mail, and only the report was lost.
    const entry = { ...before, ack: repeatedAck(before.ack, leased.lease), refused: undefined }
    journal.record(entry)
    report.delivered(leased, 'was delivered earlier, and the agent reports it again')
    return (await reportResult(services, entry)) ? 'failed' : 'delivered'
  }
  const started = Date.now()
  const verdict = await attempt(services, leased, started)
  const milliseconds = Date.now() - started
  const entry = entryOf(leased, verdict, { at: started, milliseconds })
  remember(services, entry)
  await rm(`${services.mail}/${leased.deliveryId}`, { force: true })
  tell(services, leased, verdict, milliseconds)
  const trouble = await reportResult(services, entry)
  if (trouble && trouble.kind !== 'refused')
    report.problem(
      `The agent reports the result of delivery ${leased.deliveryId} later. ${trouble.text}`,
      trouble.remedy,
    )
  if (verdict.result === 'delivered') return 'delivered'
  return verdict.failure.scope === 'destination' ? 'destination' : 'failed'
}

const attempt = async (services: HandOverServices, leased: Leased, at: number): Promise<Verdict> => {
  const { client, journal, receiver, mail } = services
  const refusal = receiver.refusal?.(leased)
  if (refusal) return { result: 'failed', failure: refusal }
  const raw = await client.raw(leased.deliveryId, AbortSignal.timeout(downloadMs))
  if ('trouble' in raw) return { result: 'failed', failure: notFetched(raw.trouble) }
  const staged = await stageMail(mail, leased, raw.value)
  if ('failure' in staged) return { result: 'failed', failure: staged.failure }
  const id = leased.deliveryId
  try {
    journal.record({ id, at, state: 'begun', lease: leased.lease, repeatable: receiver.repeatable })
  } catch (error) {
    if (!isUnwritable(error)) throw error
    return { result: 'failed', failure: journalFull(error) }
  }
  return await receiver.deliver({ leased, file: staged.file }, (started) => journal.recordProcess(id, started))
}

/** If the disk is full, the API still learns the result now. Only a crash before that loses it. */
const remember = ({ journal, report }: HandOverServices, entry: Entry): void => {
  try {
    journal.record(entry)
  } catch (error) {
    if (!isUnwritable(error)) throw error
    report.problem(`The journal cannot be written: ${error.code}.`, 'Make room on the disk of the state folder.')
  }
}

const entryOf = (
  { deliveryId: id, lease, size, replays }: Leased,
  verdict: Verdict,
  { at, milliseconds }: { readonly at: number; readonly milliseconds: number },
) => {
  if (verdict.result === 'failed')
    return { id, at, state: 'failed', nack: nackOf(verdict.failure, lease, milliseconds) } as const
  const ticket = verdict.ticket === undefined ? {} : { ticket: cutTo(verdict.ticket, agentLimits.ticket) }
  return { id, at, state: 'done', replays, ack: { lease, milliseconds, bytes: size, ...ticket } } as const
}

const nackOf = (failure: Failure, lease: string, milliseconds: number): Nack => {
  const { scope, permanent, inDoubt, answered, code, detail, remedy } = failure
  return {
    lease,
    milliseconds,
    scope,
    permanent,
    code,
    detail: cutTo(detail, agentLimits.detail),
    ...(remedy !== '' && { remedy: cutTo(remedy, agentLimits.detail) }),
    ...(inDoubt && { inDoubt }),
    ...(answered && { answered }),
  }
}

const tell = ({ report }: HandOverServices, leased: Leased, verdict: Verdict, milliseconds: number): void => {
  if (verdict.result === 'failed') {
    const { failure } = verdict
    const kind = failure.inDoubt ? 'in doubt' : failure.permanent ? 'refused' : 'to be tried again'
    report.failed(leased, `${kind} (${failure.code}): ${failure.detail}`, failure.remedy)
  } else {
    const { ticket, note } = verdict
    const parts = [`delivered in ${(milliseconds / 1000).toFixed(1)} s`, ticket && `ticket ${ticket}`, note]
    report.delivered(leased, parts.filter((part) => part !== undefined && part !== '').join(', '))
  }
}

const notFetched = ({ status, code, kind, text, remedy }: Trouble): Failure => ({
  scope: kind === 'refused' ? 'message' : 'destination',
  permanent: status === 410,
  inDoubt: false,
  code: status === 410 ? (code === 'message-erased' ? code : 'raw-mail-expired') : 'download-failed',
  detail: text,
  remedy,
})

const journalFull = ({ code }: NodeJS.ErrnoException): Failure => ({
  scope: 'destination',
  permanent: false,
  inDoubt: false,
  code: code === 'EROFS' ? 'state-not-writable' : 'disk-full',
  detail: `The journal of the agent cannot be written: ${code}.`,
  remedy: 'Make room on the disk of the state folder.',
})
