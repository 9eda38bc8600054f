/** The separators that OTOBO and Znuny offer for exports, which are also those of the databases' own clients. */
const separators = [',', ';', '\t', '|'] as const

/**
 * Reads comma-separated values (RFC 4180), also with another separator, which is found in the header. A quote inside an
 * unquoted value is part of the value, as in the output of `mysql --batch`.
 * @returns the lines with their values, or the number of the line that cannot be read
 */
export const readCsv = (source: string): string[][] | { readonly wrongLine: number } => {
  const text = source.replace(/^\ufeff/, '')
  const separator = separatorIn(text)
  const field = new RegExp(
    `(?:"([^"]*(?:""[^"]*)*)"|((?!")[^\\r\\n${separator}]*))(${separator === '|' ? '\\|' : separator}|\\r?\\n|$)`,
    'y',
  )
  const lines: string[][] = [[]]
  while (field.lastIndex < text.length || lines.at(-1)?.length !== 0) {
    const start = field.lastIndex
    const [, quoted, unquoted = '', end] = field.exec(text) ?? []
    if (end === undefined) return { wrongLine: text.slice(0, start).split('\n').length }
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? unquoted)
    if (end === '') break
    if (end !== separator) lines.push([])
  }
  return lines.filter((values) => values.length > 1 || (values[0] ?? '') !== '')
}

const separatorIn = (text: string): string => {
  const header = text.split(/\r?\n/, 1)[0] ?? ''
  const found = separators.map((separator) => ({ separator, count: header.split(separator).length }))
  return found.sort((one, other) => other.count - one.count)[0]?.separator ?? ','
}
