import type { AccountReader } from '../../accounts/store/account-store.ts'
import type { DynamoDestinations } from '../../handover/destinations/destination-store.ts'
import type { FiguresStore } from '../../handover/destinations/figures.ts'
import type { UnstoredMessages } from '../../messages/unstored/unstored-messages.ts'
import type { Notices } from '../../notifications/notices.ts'
import type { ProfileStore } from '../../oauth2/profiles/profile-store.ts'
import type { RunCatalog } from '../../runs/run-catalog.ts'
import type { AccountStatusStore } from '../../schedule/account-status-store.ts'
import type { EndingConsentsServices } from '../ending-consents.ts'
import type { OverviewStore } from '../overview-store.ts'
import type { Mark, NoticeMarks } from './notice-marks.ts'
import type { Telling } from './tell.ts'

/** What a tick needs to tell people of what lasts too long. */
export interface NoticingServices extends EndingConsentsServices {
  readonly accounts: Pick<AccountReader, 'readMany' | 'existing'>
  readonly statuses: Pick<AccountStatusStore, 'failing' | 'due' | 'readMany'>
  readonly runs: Pick<RunCatalog, 'recent'>
  readonly profiles: Pick<ProfileStore, 'list'>
  readonly destinations: Pick<DynamoDestinations, 'list'>
  readonly figures: Pick<FiguresStore, 'readMany'>
  readonly unstored: Pick<UnstoredMessages, 'countOpen'>
  readonly overview: Pick<OverviewStore, 'readSummaries'>
  readonly marks: Pick<NoticeMarks, 'write' | 'remove' | 'writePace'>
  readonly notices: Pick<Notices, 'publish'>
}

export type Marks = ReadonlyMap<string, Mark>

/** @returns the marks of one topic, by the id of the thing */
export const marksOf = (marks: Marks, topic: string): Map<string, Mark> =>
  new Map(
    [...marks].flatMap(([item, mark]) => (item.startsWith(`${topic}#`) ? [[item.slice(topic.length + 1), mark]] : [])),
  )

/** Something that lasts, and of which people are told once in each of its stages. */
export interface Concern extends Pick<Telling, 'name' | 'cause' | 'notice'> {
  readonly id: string
  readonly stage: string
}

/**
 * Compares what lasts now with what people were told.
 * @returns the concerns that are new or in a new stage. What is over is no longer marked.
 */
export const newsAmong = async (
  { marks, now }: Pick<NoticingServices, 'marks' | 'now'>,
  topic: string,
  concerns: readonly Concern[],
  known: Marks,
): Promise<Telling[]> => {
  const told = marksOf(known, topic)
  const current = new Set(concerns.map(({ id }) => id))
  for (const [id, mark] of told) if (!current.has(id)) await marks.remove(mark)
  const at = now().toISOString()
  return concerns
    .filter(({ id, stage }) => told.get(id)?.stage !== stage)
    .map(({ id, stage, name, cause, notice }) => ({
      ...{ name, cause, notice },
      settle: () => marks.write({ item: `${topic}#${id}`, stage, at, name }, told.get(id)),
    }))
}
