import { Command } from 'commander'
import { type Examination, examinationSchema } from '../../lib/oauth2/doctor/examination.ts'
import { connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { stepMark } from '../terminal/colours.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { plain } from '../terminal/text.ts'

const help = `
Checks the settings, requests a token from the provider, examines it, and opens the mailbox without changing anything in it.
Takes up to half a minute. Exits with code 1 if there is a problem.

Examples:
  postmaster oauth2 doctor support@example.com
  postmaster oauth2 doctor support@example.com --json`

export const doctorCommand = (output: CommandOutput): Command =>
  withJson(new Command('doctor'), examinationAnswerSchema)
    .description('check an account’s OAuth2 setup step by step and explain how to fix any problem')
    .argument('<account>', accountArgument)
    .addHelpText('after', help)
    .action(async (named: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const path = `${accountPath(await accountIdOf(api, named))}/oauth2/doctor`
      if (!json) output.err('Checking…\n')
      const examination = await api.post(path, {}, examinationAnswerSchema)
      if (json) printJson(output, examination, json)
      else output.out(examinationText(examination))
      if (!examination.passed) throw new CliError('There is a problem. See the conclusion above.', exitCodes.failed)
    })

const examinationAnswerSchema = tolerant(examinationSchema)

/** @returns one line per step with its facts below, then the conclusion and its remedy */
export const examinationText = ({ steps, conclusion, exchangeCommands = [] }: Examination): string => {
  const width = Math.max(...steps.map(({ step }) => step.length))
  const indent = ' '.repeat(width + 5)
  return [
    ...steps.flatMap(({ step, state, detail, facts = {} }) => [
      `${stepMark(state)}  ${plain(step).padEnd(width)} ${plain(detail)}`,
      ...Object.entries(facts).map(
        ([name, value]) => `${indent}${plain(`${wordsOf(name)}: ${[value].flat().join(', ')}`)}`,
      ),
    ]),
    '',
    `${plain(conclusion.detail)} [${plain(conclusion.code)}]`,
    ...(conclusion.remedy === '' ? [] : [plain(conclusion.remedy)]),
    ...(exchangeCommands.length === 0
      ? []
      : [
          '',
          'For Exchange Online, run these commands once in PowerShell as an administrator:',
          ...exchangeCommands.map((line) => `  ${plain(line)}`),
        ]),
  ].join('\n')
}

/** `tokenEndpoint` → `token endpoint`. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
