import { SourceMap } from 'node:module'
import { encode } from '@jridgewell/sourcemap-codec'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ownSourceMap } from '../../../cdk/bundling/own-source-map.ts'

const map = {
  version: 3,
  sources: ['lib/a.ts', 'node_modules/zod/index.js', 'lib/b.ts'],
  names: ['thrown'],
  // Two places of lib/a.ts, three places of a package, and lib/b.ts.
  mappings: encode([
    [
      [0, 0, 0, 0],
      [10, 0, 4, 2, 0],
      [20, 1, 0, 0],
      [30, 1, 7, 0],
      [40, 1, 9, 3],
      [50, 2, 5, 1],
    ],
  ]),
}
const schema = z.object({
  version: z.literal(3),
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
})

describe('ownSourceMap', () => {
  const shortened = schema.parse(JSON.parse(ownSourceMap(JSON.stringify(map))))

  it('ownSourceMap keeps the places of our own files, and only them', () => {
    const found = new SourceMap({ ...shortened, file: '', sourceRoot: '', sourcesContent: [] })
    const placeOf = (column: number) => {
      const entry = found.findEntry(0, column)
      return 'originalSource' in entry
        ? [entry.originalSource, entry.originalLine, entry.originalColumn]
        : 'not in the map'
    }
    expect([0, 9, 10, 19].map(placeOf)).toEqual([
      ['lib/a.ts', 0, 0],
      ['lib/a.ts', 0, 0],
      ['lib/a.ts', 4, 2],
      ['lib/a.ts', 4, 2],
    ])
    for (const column of [20, 35, 49]) expect(placeOf(column)[0]).toBeUndefined()
    expect(placeOf(55)).toEqual(['lib/b.ts', 5, 1])
  })

  it('ownSourceMap needs one position for several places of packages, and no names', () => {
    expect(shortened).toEqual({
      ...map,
      names: [],
      mappings: encode([[[0, 0, 0, 0], [10, 0, 4, 2], [20], [50, 2, 5, 1]]]),
    })
  })

  it.each(['', '{}', '{"sources":[],"mappings":1}'])('ownSourceMap refuses %j', (text) => {
    expect(() => ownSourceMap(text)).toThrow()
  })
})
