import { mailboxKeyOf } from '../../../lib/accounts/account-mailbox.ts'
import { typeProblems } from '../../../lib/accounts/input/parse-account-input.ts'
import type { FieldProblem } from '../../../lib/reasons/problem.ts'
import { parseFields } from '../../../lib/requests/parse-request.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import { readYaml, type YamlText } from '../../terminal/yaml.ts'
import { accountFileSchema, describedBy } from './account-file-schema.ts'
import { accountName, type DescribedAccount } from './described-account.ts'
import type { Known } from './known-names.ts'

interface AccountFile {
  /** The file's name in messages. */
  readonly name: string
  readonly source: string
}

/** @returns the accounts in a file. @throws CliError that lists every problem with its line */
export const readAccountFile = ({ name, source }: AccountFile, known: Known): DescribedAccount[] => {
  const reading = readYaml(source)
  if (!reading.ok) throw wrongFile([`${plain(name)}:${reading.line}: ${reading.message}`])
  const { text } = reading
  return describeAccounts(text.value, known, {
    at: (path) => `${plain(name)}:${text.lineOf(stepsOf(path))}`,
    accountAt: (index) => `line ${lineOf(text, index)}`,
  })
}

/** Where the parts of a file are, for messages. */
interface Places {
  /** @param path a JSON pointer into the file's value */
  readonly at: (path: string) => string
  readonly accountAt: (index: number) => string
}

/** @returns the accounts in a parsed file. @throws CliError that lists every problem with its place */
export const describeAccounts = (value: unknown, { queues, profiles }: Known, places: Places): DescribedAccount[] => {
  const at = ({ path, message }: FieldProblem) => `${places.at(path)}: ${message}`
  const parsed = parseFields(accountFileSchema, value)
  if (!parsed.ok) throw wrongFile([...new Set(parsed.fields.map((problem) => at(worded(problem))))])
  const queueNamed = byName(queues)
  const profileNamed = byName(profiles)
  const problems: FieldProblem[] = []
  const seen = new Map<string, number>()
  const accounts = parsed.value.accounts.map((account, index): DescribedAccount => {
    const path = `/accounts/${index}`
    const described = describedBy(account)
    const called = accountName(described)
    const complain = (field: string, message: string) =>
      problems.push({ path: `${path}${field}`, message: `${plain(called)}: ${message}` })
    for (const rule of typeProblems({ sent: account, valid: account }))
      complain(rule.path, `${fieldOf(rule.path)} ${rule.message}`)
    const mailbox = mailboxKeyOf(described)
    const first = seen.get(mailbox)
    if (first !== undefined) complain('', `the same mailbox is already described at ${places.accountAt(first)}`)
    else seen.set(mailbox, index)
    const found = <T extends { readonly name: string }>(
      field: 'queue' | 'oauth2Profile',
      what: string,
      known: ReadonlyMap<string, T>,
    ): T | undefined => {
      const wanted = account[field]
      const one = wanted === undefined ? undefined : known.get(wanted.toLowerCase())
      if (wanted !== undefined && one === undefined)
        complain(`/${field}`, `there is no ${what} \`${plain(wanted)}\`. ${namesOf(what, [...known.values()])}`)
      return one
    }
    const queue = found('queue', 'queue', queueNamed)
    const oauth2Profile = found('oauth2Profile', 'OAuth2 profile', profileNamed)
    if (account.mailbox !== undefined && account.oauth2Profile === undefined)
      complain('/mailbox', '`mailbox` is only for accounts with an `oauth2Profile`')
    return { ...described, ...(queue && { queue }), ...(oauth2Profile && { oauth2Profile }) }
  })
  if (problems.length > 0) throw wrongFile(problems.map(at))
  return accounts
}

const lineOf = (text: YamlText, index: number) => text.lineOf(['accounts', String(index)])

const namesOf = (what: string, known: readonly { readonly name: string }[]): string => {
  const names = known.slice(0, 20).map(({ name }) => plain(name))
  const remedy = what === 'queue' ? ' Add it with `postmaster queues add`.' : ''
  return names.length === 0 ? `No ${what}s exist yet.${remedy}` : `Existing ${what}s: ${names.join(', ')}.${remedy}`
}

const byName = <T extends { readonly name: string }>(known: readonly T[]): Map<string, T> =>
  new Map(known.map((one) => [one.name.toLowerCase(), one]))

const wrongFile = (problems: readonly string[]) =>
  new CliError(`${problems.join('\n')}\nNothing was changed.`, exitCodes.usage)

const worded = ({ path, message }: FieldProblem): FieldProblem => {
  if (/^\/accounts\/\d+\/password$/.test(path))
    return { path, message: 'passwords do not belong in this file. Use --passwords instead' }
  const field = fieldOf(path)
  return { path, message: field === '' ? `the file ${message}` : `\`${field}\` ${message}` }
}

/** @returns the field's path without its account, which the line number identifies */
const fieldOf = (path: string): string => plain(stepsOf(path.replace(/^\/accounts\/\d+(?=\/)/, '')).join('.'))

/** RFC 6901. */
const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
