import type { Command } from 'commander'
import * as z from 'zod'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import { fieldText, withOptionNames } from './field-options.ts'

const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
type Problem = z.infer<typeof problemSchema>

/**
 * @param command whose options and arguments replace the names of fields
 * @returns the error that tells a person about a problem document (RFC 9457)
 */
export const problemError = async (response: Response, command: Command | undefined): Promise<CliError> => {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined))
  const exitCode = response.status === 401 || response.status === 403 ? exitCodes.unreachable : exitCodes.failed
  if (response.status === 401)
    return new CliError(
      'The API rejected the token. It has expired or belongs to another deployment. Log in again with `postmaster login`, or choose another file with --token-file.',
      exitCode,
    )
  if (!parsed.success)
    return new CliError(`The API returned HTTP status ${response.status} without an explanation.`, exitCode)
  return new CliError(problemText(parsed.data, command), exitCode)
}

const problemText = ({ title, detail, remedy, errors = [] }: Problem, command: Command | undefined): string => {
  if (errors.length > 0)
    return `${errors.length === 1 ? 'This value is' : 'These values are'} not accepted:${errors
      .map(({ path, message }) => `\n  ${plain(fieldText(path, command))}: ${worded(message, command)}`)
      .join('')}`
  const sentences = [title, detail]
    .filter((text) => text !== undefined && text !== '')
    .map((text) => `${worded(text ?? '', command)}.`.replace(/\.\.$/, '.'))
  return `${sentences.join(' ')}${remedy === undefined ? '' : `\n${worded(remedy, command)}`}`
}

const worded = (text: string, command: Command | undefined): string => plain(withOptionNames(text, command))
