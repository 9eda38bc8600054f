import { mostDestinations } from '../../handover/destinations/destination-store.ts'
import { noticeOf } from '../../notifications/notice-text.ts'
import type { Notice } from '../../notifications/notices.ts'
import type { Mark } from './notice-marks.ts'
import { type Marks, marksOf, type NoticingServices } from './noticing-services.ts'
import type { Telling } from './tell.ts'

/** In milliseconds. Entries that follow one another do not send a notice each. */
const toldAgainAfter = 24 * 60 * 60_000

export const quarantineTopic = 'quarantine'
const markId = 'all'
const markItem = `${quarantineTopic}#${markId}`

/**
 * Tells people that the quarantine is not empty, and again at most once a day while entries are added. The mark follows
 * the number of entries down, so that an entry counts as added even if people have settled others since the notice.
 */
export const quarantineNews = async (services: NoticingServices, known: Marks): Promise<Telling[]> => {
  const { marks, now } = services
  const count = await countQuarantined(services)
  const mark = marksOf(known, quarantineTopic).get(markId)
  if (count === 0) {
    if (mark) await marks.remove(mark)
    return []
  }
  const at = now()
  if (mark) {
    const lowest = mark.count ?? 0
    if (count < lowest) await marks.write({ ...mark, count }, mark)
    if (count <= lowest || at.getTime() - Date.parse(mark.at) < toldAgainAfter) return []
  }
  const next: Mark = { item: markItem, stage: quarantineTopic, name: quarantineTopic, at: at.toISOString(), count }
  return [{ name: quarantineTopic, notice: () => quarantineNotice(count, mark), settle: () => marks.write(next, mark) }]
}

/** Counts up to 1,000 messages, and as many deliveries of each destination. The sweep counts these every minute. */
const countQuarantined = async ({ unstored, destinations, figures }: NoticingServices): Promise<number> => {
  const [messages, found] = await Promise.all([unstored.countOpen(), destinations.list({ limit: mostDestinations })])
  const latest = await figures.readMany(found.items.map(({ destinationId }) => destinationId))
  return [...latest.values()].reduce((sum, { quarantined }) => sum + quarantined, messages)
}

export const quarantineNotice = (count: number, former: Pick<Mark, 'at'> | undefined): Notice =>
  noticeOf({
    kind: 'quarantine-not-empty',
    about: {},
    page: '/quarantine',
    subject: `${count === 1 ? 'one entry' : `${count} entries`} in the quarantine`,
    happened:
      former === undefined
        ? `A person must decide about ${count === 1 ? 'one message or delivery' : `${count} messages or deliveries`} in the quarantine.`
        : `More entries were added to the quarantine. A person must decide about ${count === 1 ? 'one message or delivery' : `${count} messages or deliveries`}.`,
    cause:
      'Postmaster could not store a message, or a receiver did not accept it. Each entry has its own reason and remedy.',
    remedy:
      'To see the entries, run `postmaster quarantine list`. Then run `postmaster quarantine retry ID` or `postmaster quarantine handle ID` for each of them.',
    closing:
      'No mail is lost: the messages are on the mail server or in the bucket. While the quarantine is not empty, Postmaster sends another notice at most once a day, when entries are added.',
  })
