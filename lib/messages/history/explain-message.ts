import type { Run } from '../../runs/run.ts'
import type { AutomaticMail } from '../automatic-mail.ts'
import type { Message } from '../message.ts'
import type { Explanation, ExplanationStep } from './explanation.ts'
import { lookedUpRecipients } from './looked-up-recipients.ts'

/**
 * Explains what happened to a stored message.
 * @param run the record of the run that stored it, or undefined if the record has expired
 * @param handover what happened to it afterwards. Each detail is a sentence, and the summary ends with all of them.
 */
export const explainMessage = (
  message: Message,
  run: Run | undefined,
  handover: readonly ExplanationStep[] = [],
): Explanation => ({
  messageId: message.messageId,
  stored: true,
  summary: [
    `The message is in queue ${message.queueName}, ${announcedBriefly(message)}, and ${onServerBriefly[message.server]}.`,
    ...handover.map(({ detail }) => detail),
  ].join(' '),
  steps: inOrder([
    ...received(message),
    seen(message, run),
    stored(message),
    dispatched(message),
    ...automatic(message),
    ...controlHeaders(message),
    ...recovered(message),
    ...runEvents(message.messageId, run),
    announced(message),
    leftServer(message, run),
    ...handover,
    ...erasure(message),
  ]),
  links: {
    message: `/messages/${message.messageId}`,
    raw: `/messages/${message.messageId}/raw`,
    view: `/messages/${message.messageId}/view`,
    account: `/accounts/${message.accountId}`,
    queue: `/queues/${message.queueId}`,
    ...runLink(message.runId),
  },
})

/**
 * Explains a message that no run stored, for example one that is too large.
 * @returns undefined if no run mentions the message
 */
export const explainUnstored = (messageId: string, runs: readonly Run[]): Explanation | undefined => {
  const steps = inOrder(runs.flatMap((run) => runEvents(messageId, run)))
  const last = steps.at(-1)
  if (!last) return undefined
  return {
    messageId,
    stored: false,
    summary: `The message is not stored. ${last.detail}`,
    steps,
    links: { ...last.links },
  }
}

const runLink = (runId: string) => ({ run: `/runs/${runId}` })

const received = ({ source }: Message): ExplanationStep[] =>
  source.internalDate === undefined
    ? []
    : [
        {
          at: source.internalDate,
          code: 'received',
          detail: 'The mail server received the message, according to the clock of the server.',
        },
      ]

const seen = ({ source, runId, accountType }: Message, run: Run | undefined): ExplanationStep => {
  const { folder, uidValidity, uid, listedSize } = source
  const place =
    folder === undefined
      ? `with UIDL ${uid}`
      : `in folder ${folder} as UID ${uid} (UIDVALIDITY ${uidValidity ?? 'unknown'})`
  const asked = run?.trigger === 'request' ? `requested by ${run.askedBy}` : 'started by the schedule'
  const who = run ? `The run ${asked} listed it` : 'A run whose record has expired listed it'
  return {
    ...(run?.startedAt !== undefined && { at: run.startedAt }),
    code: 'seen',
    detail: `${who} on the ${accountType} account ${place}. Its listed size is ${bytes(listedSize)}.`,
    runId,
    ...(run && { links: runLink(runId) }),
  }
}

const stored = ({ storedAt, size, sha256, runId, sameAs, source, messageId }: Message): ExplanationStep => {
  const twin = sameAs === undefined ? '' : ` The same bytes were already stored as message ${sameAs}.`
  const differs = size === source.listedSize ? '' : ' The server had listed a different size.'
  return {
    at: storedAt,
    code: 'stored',
    detail: `Stored: ${bytes(size)}, SHA-256 ${sha256}.${differs}${twin}`,
    runId,
    links: { raw: `/messages/${messageId}/raw`, ...(sameAs !== undefined && { sameAs: `/messages/${sameAs}` }) },
  }
}

const dispatched = (message: Message): ExplanationStep => {
  const { storedAt, queueName, queueId, reason, parsed, sameAs } = message
  const lookedUp = lookedUpRecipients(message)
  const first = sameAs === undefined ? '' : ' This was decided when the bytes were first stored and does not change.'
  const unread = parsed ? '' : ' Its header could not be read.'
  return {
    at: storedAt,
    code: 'dispatched',
    detail: `Put into queue ${queueName}: ${sentence(reason.detail)}${lookedUp && ` ${lookedUp}`}${unread}${first}`,
    links: { queue: `/queues/${queueId}` },
  }
}

const automaticWords: Readonly<Record<AutomaticMail['kind'] & string, string>> = {
  own: 'our own mail that came back',
  bounce: 'a bounce',
  'automatic-reply': 'an automatic reply',
  bulk: 'mail from a mailing list or a bulk sender',
  notification: 'mail that a program wrote or forwarded',
}

const automatic = ({ storedAt, automatic: found }: Message): ExplanationStep[] => {
  if (!found) return []
  const verdict = found.kind
    ? `The message is ${automaticWords[found.kind]}, so it must not be answered automatically.`
    : 'The message does not count as automatic mail, because one weak sign is not enough.'
  const listed = (words: string, wanted: 'strong' | 'weak'): string => {
    const signs = found.signs.filter(({ strength }) => strength === wanted)
    return signs.length === 0 ? '' : ` ${words}: ${signs.map(({ header, value }) => `${header}: ${value}`).join('; ')}.`
  }
  const detail = `${verdict}${listed('Signs', 'strong')}${listed('Weak signs', 'weak')}`
  return [{ at: storedAt, code: 'automatic', detail }]
}

const controlHeaders = ({ storedAt, trusted, control, ignoredControl }: Message): ExplanationStep[] => {
  const honoured = Object.entries(control).map(
    ([name, value]): ExplanationStep => ({
      at: storedAt,
      code: 'control-honoured',
      detail: `The control header ${name}: ${value} is honoured because the account ${trusted ? 'is' : 'was'} trusted.`,
    }),
  )
  const ignored = ignoredControl.map(
    ({ name, why }): ExplanationStep => ({
      at: storedAt,
      code: 'control-ignored',
      detail: `The control header ${name} is ignored. ${sentence(why)}`,
    }),
  )
  return [...honoured, ...ignored]
}

const recovered = ({ recoveredAt }: Message): ExplanationStep[] =>
  recoveredAt === undefined
    ? []
    : [
        {
          at: recoveredAt,
          code: 'recovered',
          detail:
            'The record of the message was lost and was written again from the raw mail. Queue and trust follow from ' +
            'the settings at that time.',
        },
      ]

const announced = ({ state, announcedAt, sameAs, storedAt }: Message): ExplanationStep => {
  if (sameAs !== undefined)
    return {
      at: storedAt,
      code: 'not-announced',
      detail: 'Not announced because an earlier message has the same bytes.',
      links: { sameAs: `/messages/${sameAs}` },
    }
  if (state === 'ignored' || (state === 'erased' && announcedAt === undefined))
    return {
      at: storedAt,
      code: 'not-announced',
      detail: 'Not announced because a trusted control header asks to ignore the message.',
    }
  if (state === 'stored')
    return {
      code: 'not-announced',
      detail:
        'No announcement is recorded yet. A run records it when the message leaves the mail server, and at the ' +
        'latest when the run ends. Otherwise the next run, or the schedule after 15 minutes, announces the message again.',
    }
  return {
    ...(announcedAt !== undefined && { at: announcedAt }),
    code: 'announced',
    detail: 'Announced. The topic confirmed the announcement.',
  }
}

const erasure = ({ erased }: Message): ExplanationStep[] =>
  erased ? [{ at: erased.at, code: 'erased', detail: `${erased.by} erased the content of the message.` }] : []

const leftServer = ({ server, removedAt, runId }: Message, run: Run | undefined): ExplanationStep => {
  if (server === 'kept')
    return { code: 'on-server', detail: 'Left on the mail server, as the account’s settings require.' }
  if (server === 'present')
    return {
      code: 'on-server',
      detail:
        'Still on the mail server, as far as Postmaster knows. Postmaster removes a message only after announcing ' +
        'it, and records the removal when the server has confirmed it.',
    }
  const bySameRun =
    run?.endedAt !== undefined && removedAt !== undefined && removedAt <= run.endedAt
      ? ' by the run that stored it'
      : ''
  return {
    ...(removedAt !== undefined && { at: removedAt }),
    code: 'left-server',
    detail: `${server === 'deleted' ? 'Deleted' : 'Moved'} on the mail server${bySameRun}. The server confirmed this.`,
    ...(bySameRun && { runId, links: runLink(runId) }),
  }
}

const runEvents = (messageId: string, run: Run | undefined): ExplanationStep[] =>
  (run?.events ?? [])
    .filter((event) => event.messageId === messageId)
    .map(({ at, detail }) => ({
      at,
      code: 'run-event' as const,
      detail,
      ...(run && { runId: run.runId, links: runLink(run.runId) }),
    }))

/** Sorts the steps by time. A step without a time stays after the step that precedes it. */
const inOrder = (steps: readonly ExplanationStep[]): ExplanationStep[] => {
  let last = ''
  return steps
    .map((step) => {
      last = step.at ?? last
      return { step, key: last }
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ step }) => step)
}

const announcedBriefly = ({ state, sameAs }: Message): string => {
  if (sameAs !== undefined) return 'repeats a message that was stored earlier'
  return {
    announced: 'was announced',
    stored: 'has no recorded announcement yet',
    ignored: 'was not announced because a control header asks to ignore it',
    erased: 'was erased',
  }[state]
}

const onServerBriefly: Readonly<Record<Message['server'], string>> = {
  deleted: 'was deleted from the mail server',
  moved: 'was moved to another folder on the mail server',
  kept: 'is kept on the mail server',
  present: 'is still on the mail server',
}

const bytes = (count: number): string => `${count.toLocaleString('en')} bytes`
const sentence = (detail: string): string => (detail.endsWith('.') ? detail : `${detail}.`)
