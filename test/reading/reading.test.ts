import { describe, expect, it } from 'vitest'
import { shownOf } from './read-row.ts'
import { singleRows } from './table.ts'

describe.each(Object.entries(singleRows))('reading mail: %s', (_, rows) => {
  for (const { name, bytes, shows, source } of rows)
    it(`a reader sees what the writer meant by ${name} (${source})`, async () => {
      expect(await shownOf(bytes, shows)).toEqual(shows)
    })
})
