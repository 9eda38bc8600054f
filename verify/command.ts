import { randomBytes } from 'node:crypto'
import { Command, InvalidArgumentError, Option } from 'commander'
import { ApiClient } from '../cli/api/client.ts'
import { resolveConnection } from '../cli/api/connection.ts'
import { readCa } from '../cli/terminal/ca-file.ts'
import { CliError, type CommandOutput, exitCodes } from '../cli/terminal/cli-error.ts'
import { wholeNumber } from '../cli/terminal/options.ts'
import { confirmed } from '../cli/terminal/prompts.ts'
import { jsonText } from '../cli/terminal/text.ts'
import { type AccountType, accountTypeFacts, accountTypes } from '../lib/mailbox/account-type.ts'
import type { Cloud } from './aws/cloud.ts'
import { type DeploymentOutputs, readOutputs } from './aws/deployment-outputs.ts'
import { CleanUp } from './report/clean-up.ts'
import { leftoverLines, liveReport, summaryOf } from './report/console-report.ts'
import { Journal } from './report/journal.ts'
import { type Limits, limitsOf } from './steps/limits.ts'
import { plannedSteps } from './steps/planned-steps.ts'
import type { ApiAccess, Verification } from './steps/verification.ts'
import { verifyDeployment } from './verify-deployment.ts'

interface VerifyOptions {
  readonly outputs: string
  readonly type: AccountType
  readonly host: string
  readonly port?: number
  readonly username: string
  readonly folder?: string
  readonly caFile?: string
  readonly passwordStdin?: true
  readonly tokenFile?: string
  readonly readerTokenFile?: string
  readonly mailMinutes: number
  readonly yes?: true
  readonly json?: true
}

/** What differs between the command line and a test. */
export interface VerifyWorld {
  readonly output: CommandOutput
  readonly cloud: (region: string) => Cloud
  readonly onTerminal: boolean
  /** Calls the listener on Ctrl-C. @returns a function that removes it */
  readonly onInterrupt: (listener: () => void) => () => void
  readonly exit: (code: number) => void
  readonly readPassword: (fromStdin: boolean) => Promise<string>
  /** Limits that differ from those of a real deployment. */
  readonly limits?: Partial<Limits>
}

const help = `
The command uses the AWS credentials of the environment, for example of AWS_PROFILE. Log in to the API first with
\`postmaster login\`. Enter the password of the mailbox at the prompt, or pipe it in with --password-stdin.

Exit codes: 0 everything that was tried works, 1 a step failed or something was not removed, 2 usage error.

Examples:
  npm run verify-deployment -- --type IMAPS --host imap.example.com --username test@example.com
  npm run verify-deployment -- --type POP3S --host pop.example.com --username test@example.com --mail-minutes 30
  pass show test | npm run -s verify-deployment -- --type IMAPS --host imap.example.com --username test@example.com \\
    --password-stdin --yes --json > verified.json`

export const verifyCommand = (world: VerifyWorld): Command =>
  new Command('verify-deployment')
    .description(
      'Verifies a deployment in AWS: fetches one test mail, checks its announcement, and lets an alarm go off.',
    )
    .option('--outputs <file>', 'the file of `cdk deploy --outputs-file`', 'outputs.json')
    .addOption(new Option('--type <type>', 'protocol and encryption').choices(accountTypes).makeOptionMandatory())
    .requiredOption('--host <name>', 'mail server')
    .requiredOption('--username <name>', 'user name on the mail server')
    .option('--port <number>', 'port (default: the standard port of the type)', wholeNumber)
    .option('--folder <name>', 'existing IMAP folder for the test mail (default: a new folder, which is removed again)')
    .option('--ca-file <file>', 'PEM file of the authority that signed the server’s certificate')
    .option('--password-stdin', 'read the password of the mailbox from standard input')
    .option('--token-file <file>', 'file with the token of an admin (default: that of `postmaster login`)')
    .option('--reader-token-file <file>', 'file with the token of a reader, to check that changes are denied')
    .option('--mail-minutes <number>', 'how long to wait for the test mail of a POP3 mailbox', minutes, 10)
    .option('--yes', 'start without confirmation')
    .option('--json', 'print the result as JSON; the steps go to standard error')
    .addHelpText('after', help)
    .action(async (options: VerifyOptions) => await run(world, options))

const run = async (world: VerifyWorld, options: VerifyOptions): Promise<void> => {
  const { output } = world
  const deployment = readOutputs(options.outputs)
  const admin = accessOf(deployment, options.tokenFile)
  const reader = options.readerTokenFile === undefined ? undefined : accessOf(deployment, options.readerTokenFile)
  if (options.folder !== undefined && accountTypeFacts[options.type].protocol === 'pop3')
    throw new CliError('POP3 has no folders. Omit --folder.', exitCodes.usage)
  output.err(`${announcementOf(options, deployment)}\n`)
  if (!(await confirmed('Start?', options.yes))) throw new CliError('Nothing was done.', exitCodes.usage)
  const password = await world.readPassword(options.passwordStdin ?? false)

  const limits = { ...limitsOf(options.mailMinutes), ...world.limits }
  const stop = new AbortController()
  const cleanUp = new CleanUp(limits.pause)
  const forget = world.onInterrupt(() => {
    if (stop.signal.aborted) {
      output.err(`\n${leftoverLines(cleanUp.open()).join('\n')}\n`)
      world.exit(exitCodes.failed)
    } else {
      output.err(
        '\nThe command ends after the current request and removes what it has created. Press Ctrl-C again to end at once.\n',
      )
      stop.abort()
    }
  })
  const verification: Verification = {
    deployment,
    admin,
    reader,
    cloud: world.cloud(deployment.region),
    mailbox: {
      type: options.type,
      host: options.host,
      port: options.port ?? accountTypeFacts[options.type].defaultPort,
      username: options.username,
      password,
      ...(options.caFile !== undefined && { customCa: readCa(options.caFile) }),
      ...(options.folder !== undefined && { folder: options.folder }),
    },
    mark: randomBytes(4).toString('hex'),
    journal: new Journal(plannedSteps, liveReport(output, world.onTerminal), stop.signal),
    cleanUp,
    limits,
    now: () => new Date(),
    ask: (request) => output.err(`\n${request}\n`),
    signal: stop.signal,
  }
  try {
    const outcome = await verifyDeployment(verification)
    output.err(`${summaryOf(outcome)}\n`)
    if (options.json) output.out(jsonText(outcome))
    if (!outcome.passed) throw new CliError('The deployment has not been verified.', exitCodes.failed)
  } finally {
    forget()
  }
}

const accessOf = ({ collector }: DeploymentOutputs, tokenFile: string | undefined): ApiAccess => {
  const connection = resolveConnection({ url: collector.outputs.ApiUrl, ...(tokenFile !== undefined && { tokenFile }) })
  const { token } = connection
  return { client: new ApiClient(connection), token: async () => (typeof token === 'string' ? token : await token()) }
}

const announcementOf = (
  { type, folder, username }: VerifyOptions,
  { accountId, region }: DeploymentOutputs,
): string => {
  const mail =
    accountTypeFacts[type].protocol === 'pop3'
      ? `You will be asked to send one mail to ${username}. Every mail that arrives there meanwhile is also fetched. Nothing is deleted.`
      : folder === undefined
        ? `A test mail is stored in a new folder of ${username}, fetched and deleted. No other mail is read or deleted.`
        : `A test mail is stored in the folder ${folder} of ${username} and removed at the end. Every mail that arrives there meanwhile is also fetched. Nothing else is deleted.`
  return [
    `This verifies the deployment in the AWS account ${accountId}, region ${region}.`,
    `- ${mail}`,
    '- Consumers and destinations that receive all queues get the test mail as well.',
    '- One alarm goes off and ends. Everybody who receives alarms gets both notices, which say that this is a test.',
    '- Temporary queues, subscriptions, a Postmaster queue and an account are created, and removed at the end.',
  ].join('\n')
}

const minutes = (text: string): number => {
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number of minutes from 1 to 999.')
  return Number(text)
}
