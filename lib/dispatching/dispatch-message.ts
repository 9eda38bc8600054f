import type { Account } from '../accounts/account.ts'
import type { DispatchReason, Message } from '../messages/message.ts'
import type { MessageHeader } from '../messages/message-header.ts'
import { judgeAutomaticMail } from './judge-automatic-mail.ts'
import { lookUpRecipients } from './look-up-recipients.ts'
import type { FoundQueue, QueueDirectory } from './queue-directory.ts'

export interface DispatchQuestion {
  readonly account: {
    readonly trusted: boolean
    /** `because` is a clause without a full stop. It says why the message can go only into the default queue. */
    readonly dispatching: Account['dispatching'] | { readonly by: 'default-queue'; readonly because: string }
  }
  /** Undefined if the header could not be read. */
  readonly header: MessageHeader | undefined
  /** The control header prefix, for example `X-OTOBO-`. */
  readonly prefix: string
}

export interface DispatchDecision
  extends Pick<Message, 'queueId' | 'queueName' | 'reason' | 'control' | 'ignoredControl' | 'automatic'> {
  /** True if a trusted control header asks to store the message without announcing it. */
  readonly ignore: boolean
}

type Placed = Pick<DispatchDecision, 'queueId' | 'queueName' | 'reason'>

/**
 * Decides once which queue a message goes to and which control headers are honoured. Both decisions are stored with the
 * message. Rejects only if the directory does.
 */
export const dispatchMessage = async (
  { account, header, prefix }: DispatchQuestion,
  directory: QueueDirectory,
): Promise<DispatchDecision> => {
  const { control, ignoredControl } = judgeControlHeaders(account.trusted, header?.controlHeaders ?? [], prefix)
  const ignore = ['yes', 'true'].includes(control.ignore?.toLowerCase() ?? '')
  const { queue: wanted, ...others } = control
  const named = wanted ? await directory.queueByName(wanted) : undefined
  // The senders and the first recipients are looked up in one read (RowCache).
  const [placed, automatic] = await Promise.all([
    named
      ? placedIn(named, 'control-header', `The trusted header ${prefix}Queue specifies the queue ${named.name}.`)
      : placeByAccount(account, header, directory),
    header && judgeAutomaticMail(header, directory),
  ])
  const decided = { ...placed, ignore, ...(automatic && { automatic }) }
  if (wanted === undefined || named) return { ...decided, control, ignoredControl }
  const inVain = { name: `${prefix}queue`.toLowerCase(), why: `There is no valid queue named ${quoted(wanted)}.` }
  return { ...decided, control: others, ignoredControl: [...ignoredControl, inVain] }
}

/** The header counts from any sender because it can only prevent an automatic answer (docs/dispatching.md). */
const untrustedLoop = 'The account is not trusted, so the header counts only as a sign of automatic mail.'

/** A name that a ticket system could use. Other names are refused, not passed on. */
const wellFormed = /^[a-z0-9][a-z0-9_.-]*$/

/**
 * Decides which control headers are honoured. For a trusted account, each name is honoured once. The first occurrence
 * counts, because a relay that vouches for a message writes above the part it received. For an account that is not
 * trusted, none is honoured. Every name is in exactly one of the two lists, or in both if it is repeated.
 */
const judgeControlHeaders = (
  trusted: boolean,
  found: MessageHeader['controlHeaders'],
  prefix: string,
): Pick<Message, 'control' | 'ignoredControl'> => {
  const control = new Map<string, string>()
  const ignored = new Map<string, string>()
  const ignore = (name: string, why: string) => {
    if (!ignored.has(name)) ignored.set(name, why)
  }
  for (const { name, value, disguised } of found) {
    const short = name.slice(prefix.length)
    if (!trusted) ignore(name, short === 'loop' ? untrustedLoop : 'The account is not trusted.')
    else if (disguised) ignore(name, 'Only some mail readers would recognise the way it is written.')
    else if (!wellFormed.test(short)) ignore(name, 'The name is not allowed for a control header.')
    else if (control.has(short)) ignore(name, 'The header occurs more than once in the message. The first one counts.')
    else control.set(short, value)
  }
  return {
    control: Object.fromEntries(control),
    ignoredControl: [...ignored].map(([name, why]) => ({ name, why })),
  }
}

const placeByAccount = async (
  { dispatching }: DispatchQuestion['account'],
  header: MessageHeader | undefined,
  directory: QueueDirectory,
): Promise<Placed> => {
  if (dispatching.by === 'default-queue') return await placeByDefault('default-queue', dispatching.because, directory)
  if (dispatching.by === 'queue') return await placeByQueue(dispatching.queueId, header !== undefined, directory)
  if (!header) return await placeByDefault('unparsed', 'The header could not be read', directory)
  const { queue, because } = await lookUpRecipients(header, directory)
  return queue ? placedIn(queue, 'recipient', `${because}.`) : await placeByDefault('default-queue', because, directory)
}

const placeByQueue = async (queueId: string, parsed: boolean, directory: QueueDirectory): Promise<Placed> => {
  const queue = await directory.queueById(queueId)
  if (!queue)
    return await placeByDefault(
      'account-queue-invalid',
      "The account's queue does not exist or is not valid",
      directory,
    )
  return parsed
    ? placedIn(queue, 'account-queue', `The account sends every message to queue ${queue.name}.`)
    : placedIn(
        queue,
        'unparsed',
        `The header could not be read. The account sends every message to queue ${queue.name}.`,
      )
}

const placeByDefault = async (
  code: DispatchReason['code'],
  because: string,
  directory: QueueDirectory,
): Promise<Placed> => {
  const queue = await directory.defaultQueue()
  return placedIn(queue, code, `${because}, so the message went into the default queue ${queue.name}.`)
}

const placedIn = (queue: FoundQueue, code: DispatchReason['code'], detail: string): Placed => ({
  queueId: queue.queueId,
  queueName: queue.name,
  reason: { code, detail },
})

const quoted = (name: string) => JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name)
