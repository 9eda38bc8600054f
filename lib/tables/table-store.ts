import type { Table } from './table.ts'

/** A class that reads and writes the rows of one table. */
export abstract class TableStore {
  protected readonly table: Table

  constructor(table: Table) {
    this.table = table
  }
}
