import type { Table } from '../tables/table.ts'
import { type TestReceipt, type TestReceiptReader, type TestReceiptWriter, testReceiptSchema } from './test-receipt.ts'

export class DynamoTestReceipts implements TestReceiptReader, TestReceiptWriter {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async put(receipt: TestReceipt): Promise<void> {
    await this.#table.put(receipt)
  }

  async read(testId: string): Promise<TestReceipt | undefined> {
    const row = await this.#table.get(testId)
    return row && testReceiptSchema.parse(row)
  }
}
