import { CsvError, parse } from 'csv-parse/sync'

/** The separators that OTOBO and Znuny offer for exports, which are also those of the databases' own clients. */
const separators = [',', ';', '\t', '|'] as const

/**
 * Reads comma-separated values (RFC 4180), also with another separator, which is found in the header. A quote inside an
 * unquoted value is part of the value, as in the output of `mysql --batch`.
 * @returns the lines with their values, or the number of the line that cannot be read
 */
export const readCsv = (source: string): string[][] | { readonly wrongLine: number } => {
  try {
    return parse(source, {
      bom: true,
      delimiter: separatorIn(source),
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
    })
  } catch (error) {
    if (error instanceof CsvError && typeof error.lines === 'number') return { wrongLine: error.lines }
    throw error
  }
}

const separatorIn = (text: string): string => {
  const header = text.split(/\r?\n/, 1)[0] ?? ''
  const found = separators.map((separator) => ({ separator, count: header.split(separator).length }))
  return found.sort((one, other) => other.count - one.count)[0]?.separator ?? ','
}
