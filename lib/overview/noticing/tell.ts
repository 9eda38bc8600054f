import pLimit from 'p-limit'
import type { Notice, Notices } from '../../notifications/notices.ts'
import { writesSideBySide } from '../../tables/tables.ts'
import type { Clock } from '../../text/clock.ts'
import type { NoticeMarks, Pace } from './notice-marks.ts'

/** Something that people must hear of. */
export interface Telling {
  /** The thing as a summary names it. */
  readonly name: string
  /** Why, for a summary that groups many things by their causes. */
  readonly cause?: string | undefined
  readonly notice: () => Notice
  /** Records that people were told. Called after the notice was sent, so a crash in between repeats the notice. */
  readonly settle: () => Promise<void>
}

/** One kind of news, with one notice for many things at once. */
export interface Topic {
  readonly name: string
  /** Absent if there is never more than one thing. */
  readonly summary?: (tellings: readonly Telling[]) => Notice
}

export interface TellServices {
  readonly notices: Pick<Notices, 'publish'>
  readonly marks: Pick<NoticeMarks, 'writePace'>
  readonly now: Clock
}

/** A person reads this many notices. If there are more within an hour, a common cause is likely, and they need one. */
export const singleNotices = 5
/** In milliseconds. */
const paceLength = 60 * 60_000

/**
 * Sends a notice about each thing or, if there are more than five in an hour, one notice about all of them. A topic has
 * one such summary in an hour. What is held back is not recorded, so a later tick tells it.
 * @returns how many things people were told of, and how many are held back for a later tick
 */
export const tell = async (
  services: TellServices,
  topic: Topic,
  tellings: readonly Telling[],
  { pace, onFailed }: { readonly pace: Pace | undefined; readonly onFailed: (error: unknown) => void },
): Promise<{ readonly told: number; readonly held: number }> => {
  const [first] = tellings
  if (!first) return { told: 0, held: 0 }
  const at = services.now()
  const current = pace && at.getTime() - Date.parse(pace.from) < paceLength ? pace : undefined
  const { from, singles, summarised } = current ?? { from: at.toISOString(), singles: 0, summarised: false }
  if (tellings.length <= singleNotices - singles) {
    const told = await tellSingly(services, tellings, onFailed)
    if (told > 0) await services.marks.writePace(topic.name, { from, singles: singles + told, summarised })
    return { told, held: 0 }
  }
  if (summarised) return { told: 0, held: tellings.length }
  await services.notices.publish(tellings.length > 1 && topic.summary ? topic.summary(tellings) : first.notice())
  await services.marks.writePace(topic.name, { from, singles, summarised: true })
  await pLimit(writesSideBySide).map(tellings, ({ settle }) => settle().catch(onFailed))
  return { told: tellings.length, held: 0 }
}

/** A notice that cannot be sent does not hold back the others. */
const tellSingly = async (
  { notices }: TellServices,
  tellings: readonly Telling[],
  onFailed: (error: unknown) => void,
): Promise<number> => {
  let told = 0
  for (const { notice, settle } of tellings)
    try {
      await notices.publish(notice())
      told += 1
      await settle()
    } catch (error) {
      onFailed(error)
    }
  return told
}

/** The number of things that a summary names. */
const namedInSummary = 20
/** The number of causes that a summary names. */
const causesInSummary = 5

/** @returns the first names, one in each line */
export const namesIn = (tellings: readonly Telling[]): string[] => {
  const others = tellings.length - namedInSummary
  return [...tellings.slice(0, namedInSummary).map(({ name }) => name), ...(others > 0 ? [`and ${others} more`] : [])]
}

/** @returns the most frequent causes, with their numbers if there are several */
export const causesIn = (tellings: readonly Telling[]): string | undefined => {
  const known = tellings.flatMap(({ cause }) => cause ?? [])
  const counted = [...Map.groupBy(known, (cause) => cause)]
    .map(([cause, { length }]) => ({ cause, count: length }))
    .toSorted((one, other) => other.count - one.count)
  const [only] = counted
  if (counted.length <= 1) return only?.cause
  return counted
    .slice(0, causesInSummary)
    .map(({ cause, count }) => `${cause} (${count === 1 ? 'once' : `${count} times`})`)
    .join(' ')
}
