import * as z from 'zod'
import { TableStore } from '../../tables/table-store.ts'

const cursorSchema = z.object({ checkedUntil: z.string() })
const key = 'sweep#handover'

/** The time until which the balance of stored messages was checked, as a row of the handover table. */
export class BalanceCursor extends TableStore {
  async read(): Promise<string | undefined> {
    const row = await this.table.get(key)
    return row && cursorSchema.parse(row).checkedUntil
  }

  async write(checkedUntil: string): Promise<void> {
    await this.table.put({ key, checkedUntil })
  }
}
