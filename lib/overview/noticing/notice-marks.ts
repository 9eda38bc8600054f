import * as z from 'zod'
import { TableStore } from '../../tables/table-store.ts'

/** The partition of the overview table that contains the marks. */
const key = 'noticed'
const pacePrefix = 'pace#'

const markSchema = z.object({
  /** `<topic>#<id>`. */
  item: z.string(),
  /** What people were told, for example `failing`, or `3` for three days before an end. */
  stage: z.string(),
  /** When they were told, ISO 8601. */
  at: z.string(),
  /** The name of the thing, for a notice after it was deleted. */
  name: z.string(),
  /** Only for the quarantine: the lowest number of entries since people were told. */
  count: z.int().optional(),
})
/** A record that people were told of something that lasts. It is removed when the thing is over. */
export type Mark = Readonly<z.infer<typeof markSchema>>

const paceSchema = z.object({
  item: z.string(),
  /** When the hour began in which these notices were sent, ISO 8601. */
  from: z.string(),
  /** Notices about one thing each. */
  singles: z.int(),
  /** Whether a notice about several things was sent. */
  summarised: z.boolean(),
})
/** The notices of a topic that were sent recently, so that they do not flood anyone. */
export type Pace = Readonly<z.infer<typeof paceSchema>>

/** What people were told already, in rows of the overview table. */
export class NoticeMarks extends TableStore {
  async read(): Promise<{ readonly marks: ReadonlyMap<string, Mark>; readonly paces: ReadonlyMap<string, Pace> }> {
    const marks = new Map<string, Mark>()
    const paces = new Map<string, Pace>()
    for await (const rows of this.table.pages({ partition: ['key', key] })) {
      const isPace = ({ item }: { readonly item?: unknown }) => String(item).startsWith(pacePrefix)
      const [found, others] = [rows.filter(isPace), rows.filter((row) => !isPace(row))]
      for (const pace of this.table.readable(found, paceSchema)) paces.set(pace.item.slice(pacePrefix.length), pace)
      for (const mark of this.table.readable(others, markSchema)) marks.set(mark.item, mark)
    }
    return { marks, paces }
  }

  /**
   * Writes a mark. Does nothing if another tick has written it since `before` was read, because people were then told
   * twice, and the later mark stands.
   */
  async write(mark: Mark, before: Mark | undefined): Promise<void> {
    await this.table.put({ key, ...mark }, unchangedSince(before))
  }

  /** Removes a mark, unless another tick has changed it since it was read. */
  async remove(mark: Mark): Promise<void> {
    await this.table.delete([key, mark.item], unchangedSince(mark))
  }

  async writePace(topic: string, pace: Omit<Pace, 'item'>): Promise<void> {
    await this.table.put({ key, item: `${pacePrefix}${topic}`, ...pace })
  }
}

const unchangedSince = (before: Mark | undefined) =>
  before === undefined
    ? { text: 'attribute_not_exists(#key)' }
    : { text: 'attribute_not_exists(#key) OR #at = :before', values: { before: before.at } }
