import { Command } from 'commander'
import { destinationTestSchema } from '../../lib/handover/testing/destination-test.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { destinationNamed } from '../api/find-by-name.ts'
import { destinationPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { stepMark } from '../terminal/colours.ts'
import { jsonText, plain } from '../terminal/text.ts'

export const testDestinationCommand = (output: CommandOutput): Command =>
  new Command('test')
    .description('send a harmless sample to a webhook, or check whether an agent has asked for mail')
    .argument('<name>', 'name or id')
    .option('--json', 'print the API response as JSON, for scripts')
    .addHelpText('after', '\nExits with code 1 if the test fails.\n\nExample:\n  postmaster destinations test Tickets')
    .action(async (name: string, { json = false }: { json?: boolean }, command: Command) => {
      const api = connected(command)
      const { destinationId } = await destinationNamed(api, name)
      await printTest(output, api, `${destinationPath(destinationId)}/test`, {}, json)
    })

/** Runs a test and prints what was sent and received. @throws CliError if it fails */
export const printTest = async (
  { out }: CommandOutput,
  api: ApiClient,
  path: string,
  body: object,
  json = false,
): Promise<void> => {
  const test = await api.post(path, body, tolerant(destinationTestSchema))
  const { passed, code, detail, remedy, transcript } = test
  out(
    json
      ? jsonText(test)
      : [
          ...transcript.map((line) => `    ${plain(line)}`),
          `${stepMark(passed ? 'passed' : 'failed')}  ${plain(detail)}  [${plain(code)}]`,
          ...(remedy === undefined ? [] : [`    ${plain(remedy)}`]),
        ].join('\n'),
  )
  if (!passed) throw new CliError('The test failed. Nothing was changed.', exitCodes.failed)
}
