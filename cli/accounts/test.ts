import { Command } from 'commander'
import { type ConnectionTest, connectionTestSchema, type TestedStep } from '../../lib/mailbox/probe/connection-test.ts'
import { numberText } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { colours, stepMark } from '../terminal/colours.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { plain } from '../terminal/text.ts'

export const testAccountCommand = (output: CommandOutput): Command =>
  withJson(new Command('test'), testAnswerSchema)
    .description('test a mail account step by step, without changing anything on the mail server')
    .argument('<account>', accountArgument)
    .addHelpText(
      'after',
      '\nExits with code 1 if a step fails.\n\nExample:\n  postmaster accounts test support@example.com',
    )
    .action(async (named: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const path = accountPath(await accountIdOf(api, named))
      const test = await api.post(`${path}/test`, {}, testAnswerSchema)
      if (json) printJson(output, test, json)
      else output.out(testTextOf(test))
      if (!test.passed) throw new CliError('The test failed. See the failed step above.', exitCodes.failed)
    })

const testAnswerSchema = tolerant(connectionTestSchema)

/** @returns one line per step, the remedy below the step that failed, and the messages that a fetch would find */
export const testTextOf = ({ steps, waiting }: ConnectionTest): string =>
  [
    ...steps.flatMap(linesOf),
    ...(waiting
      ? [
          `\n${numberText(waiting.count)} ${waiting.count === 1 ? 'message is' : 'messages are'} waiting${waiting.oldestAt ? `, the oldest since ${waiting.oldestAt}` : ''} (${numberText(waiting.bytes)} bytes in total).`,
        ]
      : []),
  ].join('\n')

const linesOf = ({ step, state, detail, code, remedy, facts }: TestedStep): string[] => [
  `${stepMark(state)}  ${step.padEnd(8)} ${plain(detail)}${code === undefined ? '' : colours.dim(`  [${plain(code)}]`)}`,
  ...(remedy === undefined ? [] : [`    ${' '.repeat(8)} ${plain(remedy)}`]),
  ...(typeof facts?.customCa === 'string'
    ? [
        `    ${' '.repeat(8)} If you trust this authority, save its certificate for --ca-file:\n${facts.customCa.split('\n').map(plain).join('\n')}`,
      ]
    : []),
]
