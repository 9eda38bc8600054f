import * as z from 'zod'
import { accountTypes } from '../../../../lib/mailbox/account-type.ts'
import { CliError, exitCodes } from '../../../terminal/cli-error.ts'
import { plain } from '../../../terminal/text.ts'
import { readCsv } from './csv.ts'

/** Types with OAuth2: those of OTOBO's add-on for OAuth2, and that of Znuny 7 for Microsoft Graph. */
export const oauth2Types = ['IMAPOAuth2', 'POP3OAuth2', 'MSGraph'] as const

/** `mysql --batch` prints a missing value as NULL, `psql --csv` and the SQL box as an empty text. */
const missing = new Set<unknown>([null, '', 'NULL'])
const optionalText = z.preprocess((cell) => (missing.has(cell) ? undefined : cell), z.coerce.string().optional())
const text = z.coerce.string()
const whole = z.coerce.number().int().min(0)

/**
 * The columns of the table `mail_account` in OTOBO and Znuny that matter to Postmaster, and the joined `queue`. The
 * password in the column `pw` is not among them, so it is dropped here.
 */
const rowSchema = z.object({
  login: text.min(1, 'is empty'),
  host: text,
  /** Rows from old versions have no type and are read as POP3. */
  account_type: text.transform((type) => type || 'POP3').pipe(z.enum([...accountTypes, ...oauth2Types])),
  /** 0 for dispatching by the To field. */
  queue_id: whole,
  queue: optionalText,
  trusted: whole.transform((trusted) => trusted === 1),
  imap_folder: optionalText,
  comments: optionalText,
  valid_id: z.coerce.number().pipe(z.literal([1, 2, 3])),
  /** Only in Znuny 6.3 and later: `password` or `oauth2_token`. */
  authentication_type: optionalText,
})
export type MailAccountRow = z.output<typeof rowSchema>

interface MailAccountRows {
  readonly rows: readonly MailAccountRow[]
  readonly hadPasswords: boolean
}

/** Reads CSV with a header, or JSON: a list of rows, or rows by id. @throws CliError that names the row and the column */
export const mailAccountRows = (name: string, source: string): MailAccountRows => {
  const raw = /^\s*[[{]/.test(source) ? jsonRows(name, source) : csvRows(name, source)
  const rows = raw.map((cells) => Object.fromEntries(Object.entries(cells).map(([key, cell]) => [lower(key), cell])))
  const problems: string[] = []
  const parsed = rows.flatMap((row, index) => {
    const result = rowSchema.safeParse(row)
    if (result.success) return [result.data]
    for (const { path, message } of result.error.issues) {
      const column = String(path[0])
      problems.push(`${plain(name)}, row ${index + 1}: ${wordsFor(column, row[column], message)}`)
    }
    return []
  })
  if (problems.length > 0) throw wrong(problems.join('\n'))
  return { rows: parsed, hadPasswords: rows.some(({ pw }) => !missing.has(pw) && pw !== undefined) }
}

/** Oracle writes column names in upper case. */
const lower = (column: string): string => column.trim().toLowerCase()

const wordsFor = (column: string, value: unknown, message: string): string => {
  if (value === undefined) return `there is no column \`${column}\``
  if (column === 'account_type') return `\`${plain(String(value))}\` is not a type of mail account`
  return `\`${column}\` ${column === 'login' ? message : `has the unexpected value \`${plain(String(value))}\``}`
}

const cellsSchema = z.record(z.string(), z.unknown())
const jsonSchema = z.union([z.array(cellsSchema), z.record(z.string(), cellsSchema).transform(Object.values<Cells>)])
type Cells = z.output<typeof cellsSchema>

const jsonRows = (name: string, source: string): Cells[] => {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw wrong(`${plain(name)} is not valid JSON.`)
  }
  const rows = jsonSchema.safeParse(value)
  if (!rows.success) throw wrong(`${plain(name)} must contain a JSON list of rows, each with the columns by name.`)
  return rows.data
}

const csvRows = (name: string, source: string): Cells[] => {
  const lines = readCsv(source)
  if (!Array.isArray(lines)) throw wrong(`${plain(name)}:${lines.wrongLine}: this line is not valid CSV.`)
  const [header, ...rows] = lines
  if (header === undefined) throw wrong(`${plain(name)} is empty.`)
  const uneven = rows.findIndex((cells) => cells.length !== header.length)
  if (uneven !== -1)
    throw wrong(
      `${plain(name)}, row ${uneven + 1}: the row has ${rows[uneven]?.length} values, but the header has ${header.length} columns.`,
    )
  return rows.map((cells) => Object.fromEntries(header.map((column, index) => [column, cells[index]])))
}

const wrong = (message: string) => new CliError(`${message}\nNothing was changed.`, exitCodes.usage)
