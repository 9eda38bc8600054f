import { mixedMessages, smallMessages } from '../mail-server/corpus.ts'

/** A case of the benchmark, described with the words that `--only` accepts. */
export interface Case {
  readonly protocol: 'imap' | 'pop3'
  readonly mail: 'small' | 'mixed'
  /** Added round-trip time in milliseconds. */
  readonly delay: 0 | 40
}

export const cases: readonly Case[] = (['imap', 'pop3'] as const).flatMap((protocol) =>
  ([0, 40] as const).flatMap((delay) => (['small', 'mixed'] as const).map((mail) => ({ protocol, mail, delay }))),
)

/** The number of messages of each kind: as in the target, or enough to detect a mistake in a short run. */
export const fullCounts = { small: 1000, mixed: 200 } as const
export const quickCounts = { small: 200, mixed: 40 } as const
export type Counts = Readonly<Record<Case['mail'], number>>

export const messagesOf = ({ mail }: Case, counts: Counts): Buffer[] =>
  mail === 'small' ? smallMessages(counts.small) : mixedMessages(counts.mixed)

export const wordsOf = ({ protocol, mail, delay }: Case): string =>
  `${protocol.toUpperCase()}, ${mail} messages, ${delay} ms added round-trip time`

/** The goal: at most this multiple of the raw client's time. */
export const goalOf = ({ protocol, mail, delay }: Case): number => goals[`${protocol} ${mail} ${delay}`]

const goals: Readonly<Record<`${Case['protocol']} ${Case['mail']} ${Case['delay']}`, number>> = {
  'imap small 0': 2,
  'imap small 40': 1.5,
  'imap mixed 0': 1.3,
  'imap mixed 40': 1.5,
  'pop3 small 0': 2,
  'pop3 small 40': 1.2,
  'pop3 mixed 0': 1.3,
  'pop3 mixed 40': 1.3,
}
