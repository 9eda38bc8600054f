import type { Notice } from '../../notifications/notices.ts'
import { failingSummary, overdueSummary, recoverySummary } from './account-notices.ts'
import { consentsThatEnd, secretsThatEnd } from './ending.ts'
import { consentsEndSummary, secretsEndSummary } from './ending-notices.ts'
import { failingNews, failingTopic } from './failing.ts'
import type { NoticeMarks } from './notice-marks.ts'
import { type Concern, type Marks, type NoticingServices, newsAmong } from './noticing-services.ts'
import { overdueAccounts } from './overdue.ts'
import { quarantineNews, quarantineTopic } from './quarantine.ts'
import { type Telling, type Topic, tell } from './tell.ts'

export interface NoticeReport {
  /** How many things people were told of. */
  readonly told: number
  /** How many are held back for a later tick, so that no one is flooded. */
  readonly held: number
  /** What failed. The next tick repeats it. */
  readonly errors: readonly unknown[]
}

export interface NoticeTickServices extends NoticingServices {
  readonly marks: Pick<NoticeMarks, 'read' | 'write' | 'remove' | 'writePace'>
}

/**
 * Tells people what lasts too long, and what is over. A topic that fails does not stop the others.
 * @param mayGoOn returns false when the function has almost run out of time. The next tick tells the rest.
 */
export const noticeTick = async (services: NoticeTickServices, mayGoOn: () => boolean): Promise<NoticeReport> => {
  const { marks, paces } = await services.marks.read()
  const errors: unknown[] = []
  let [told, held] = [0, 0]
  const tellAll = async (topic: Topic, tellings: readonly Telling[]) => {
    if (!mayGoOn()) return
    const onFailed = (error: unknown) => void errors.push(error)
    const done = await tell(services, topic, tellings, { pace: paces.get(topic.name), onFailed })
    told += done.told
    held += done.held
  }
  for (const topic of topics) {
    if (!mayGoOn()) break
    try {
      for (const [about, tellings] of await topic(services, marks)) await tellAll(about, tellings)
    } catch (error) {
      errors.push(error)
    }
  }
  return { told, held, errors }
}

type News = (services: NoticingServices, marks: Marks) => Promise<ReadonlyArray<readonly [Topic, readonly Telling[]]>>

const concernsOf =
  (
    name: string,
    find: (services: NoticingServices) => Promise<readonly Concern[]>,
    summary: (tellings: readonly Telling[]) => Notice,
  ): News =>
  async (services, marks) => [[{ name, summary }, await newsAmong(services, name, await find(services), marks)]]

const failing: News = async (services, marks) => {
  const news = await failingNews(services, marks)
  return [
    [{ name: failingTopic, summary: failingSummary }, news.failing],
    [{ name: 'recovered', summary: recoverySummary }, news.recovered],
  ]
}

const quarantine: News = async (services, marks) => [[{ name: quarantineTopic }, await quarantineNews(services, marks)]]

/** The most urgent ones come first, in case the time runs out. */
const topics: readonly News[] = [
  failing,
  concernsOf('overdue', overdueAccounts, overdueSummary),
  concernsOf('consent', consentsThatEnd, consentsEndSummary),
  concernsOf('client-secret', secretsThatEnd, secretsEndSummary),
  quarantine,
]
