import { Command } from 'commander'
import { destinationTestSchema } from '../../lib/handover/testing/destination-test.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { destinationPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { stepMark } from '../terminal/colours.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { plain } from '../terminal/text.ts'

export const testDestinationCommand = (output: CommandOutput): Command =>
  withJson(new Command('test'), testAnswerSchema)
    .description('send a harmless sample to a webhook, or check whether an agent has asked for mail')
    .argument('<destination>', 'name or id')
    .addHelpText('after', '\nExits with code 1 if the test fails.\n\nExample:\n  postmaster destinations test Tickets')
    .action(async (name: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const { destinationId } = await destinationNamed(api, name)
      await printTest(output, api, `${destinationPath(destinationId)}/test`, {}, json)
    })

const testAnswerSchema = tolerant(destinationTestSchema)

/** Runs a test and prints what was sent and received. @throws CliError if it fails */
export const printTest = async (
  output: CommandOutput,
  api: ApiClient,
  path: string,
  body: object,
  json?: JsonFields,
): Promise<void> => {
  const test = await api.post(path, body, testAnswerSchema)
  const { passed, code, detail, remedy, transcript } = test
  if (json) printJson(output, test, json)
  else {
    for (const line of transcript) output.out(`    ${plain(line)}`)
    output.out(`${stepMark(passed ? 'passed' : 'failed')}  ${plain(detail)} [${plain(code)}]`)
    if (remedy !== undefined) output.out(`    ${plain(remedy)}`)
  }
  if (!passed) throw new CliError('The test failed. Nothing was changed.', exitCodes.failed)
}
