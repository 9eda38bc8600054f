import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../../../cli/accounts/file/import/csv.ts'

describe('CSV', () => {
  it('CSV of OTOBO, Znuny, psql and mysql is read, whatever separator it has', () => {
    expect(readCsv('\ufeff"a";"b"\r\n"1;2";""\r\n')).toEqual([
      ['a', 'b'],
      ['1;2', ''],
    ])
    expect(readCsv('a,b\n1,"two\nlines ""quoted"""')).toEqual([
      ['a', 'b'],
      ['1', 'two\nlines "quoted"'],
    ])
    expect(readCsv('a\tb\nCORP\\desk\tthe "desk"\n')).toEqual([
      ['a', 'b'],
      ['CORP\\desk', 'the "desk"'],
    ])
    expect(readCsv('a|b\n1|\n')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ])
    expect(readCsv('')).toEqual([])
  })

  it('CSV that cannot be read is reported with its line', () => {
    expect(readCsv('a,b\n1,2\n"3,4\n')).toEqual({ wrongLine: 3 })
    expect(readCsv(`a,b\n"${'x'.repeat(1_000_000)}`)).toEqual({ wrongLine: 2 })
  })

  it('CSV keeps every value that is quoted', () => {
    const values = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r', '|', 'ä') }), {
      minLength: 2,
      maxLength: 2,
    })
    fc.assert(
      fc.property(values, fc.constantFrom(',', ';', '\t', '|'), (row, separator) => {
        const line = (cells: readonly string[]) =>
          cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator)
        expect(readCsv(`${line(['one', 'two'])}\n${line(row)}\n`)).toEqual([['one', 'two'], row])
      }),
    )
  })
})
