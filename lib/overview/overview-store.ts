import * as z from 'zod'
import { hourOf } from '../tables/items.ts'
import { TableStore } from '../tables/table-store.ts'

const count = z.int().min(0)

const accountCountsSchema = z.object({
  total: count,
  valid: count,
  failing: count,
  awaitingConsent: count,
  notCollected: count,
})
export type AccountCounts = Readonly<z.infer<typeof accountCountsSchema>>

const tickSummarySchema = z.object({
  writtenAt: z.string(),
  slot: z.string(),
  accountsDue: count,
  accountsQueued: count,
  accounts: accountCountsSchema,
})
/** What the latest tick wrote. */
export type TickSummary = Readonly<z.infer<typeof tickSummarySchema>>

const consentSummarySchema = z.object({
  writtenAt: z.string(),
  total: count,
  /** The first of them. See `notedConsents`. */
  accountIds: z.array(z.string()),
})
/** The consents that had ended or were about to end when the grants were last read. */
export type ConsentSummary = Readonly<z.infer<typeof consentSummarySchema>>

const receiverCountSchema = z.object({
  writtenAt: z.string(),
  /** Valid destinations. */
  destinations: count,
  /** Confirmed subscriptions of the announcement topic, without the one for the destinations. */
  subscriptions: count,
})
/** Who received mail at the latest tick. */
export type ReceiverCount = Readonly<z.infer<typeof receiverCountSchema>>

const storedRowSchema = z.object({ item: z.string(), stored: count })

/** The hour before the first one shown may still get the mail of a run that ends later. */
const secondsKept = 2 * 86_400

export interface Summaries {
  readonly tick?: TickSummary
  readonly consents?: ConsentSummary
  readonly receivers?: ReceiverCount
}

/** The rows from which the overview is read. */
export class OverviewStore extends TableStore {
  async readTick(): Promise<TickSummary | undefined> {
    const row = await this.table.get(['summary', 'tick'])
    return row && tickSummarySchema.parse(row)
  }

  async writeTick(tick: TickSummary): Promise<void> {
    await this.table.put({ key: 'summary', item: 'tick', ...tick })
  }

  async writeConsents(consents: ConsentSummary): Promise<void> {
    await this.table.put({ key: 'summary', item: 'consents', ...consents })
  }

  async writeReceivers(receivers: ReceiverCount): Promise<void> {
    await this.table.put({ key: 'summary', item: 'receivers', ...receivers })
  }

  /** @returns undefined before the first tick has counted them */
  async readReceivers(): Promise<ReceiverCount | undefined> {
    const row = await this.table.get(['summary', 'receivers'])
    return row && receiverCountSchema.parse(row)
  }

  /** Reads all summaries at once. Each is absent until it is written for the first time. */
  async readSummaries(): Promise<Summaries> {
    const { rows } = await this.table.query({ partition: ['key', 'summary'] })
    const rowOf = (item: string) => rows.find((row) => row.item === item)
    const [tick, consents, receivers] = [rowOf('tick'), rowOf('consents'), rowOf('receivers')]
    return {
      ...(tick && { tick: tickSummarySchema.parse(tick) }),
      ...(consents && { consents: consentSummarySchema.parse(consents) }),
      ...(receivers && { receivers: receiverCountSchema.parse(receivers) }),
    }
  }

  /** Counts stored messages in the hour of this time. */
  async addStored(stored: number, at: Date): Promise<void> {
    const expiresAt = Math.floor(at.getTime() / 1000) + secondsKept
    await this.table.update(['stored', hourOf(at.toISOString())], {
      text: 'SET #expiresAt = :expiresAt ADD #stored :stored',
      values: { stored, expiresAt },
    })
  }

  /** @returns how many messages were stored in each hour (`yyyy-mm-ddThh`) of a range. Hours without any are missing. */
  async storedByHour(fromHour: string, toHour: string): Promise<Map<string, number>> {
    const sort = { key: 'item', from: fromHour, to: toHour }
    const { rows } = await this.table.query({ partition: ['key', 'stored'], sort })
    return new Map(this.table.readable(rows, storedRowSchema).map(({ item, stored }) => [item, stored]))
  }
}
