import { Command, InvalidArgumentError, Option } from 'commander'
import { wholeNumber } from '../cli/terminal/options.ts'
import { type AccountType, accountTypeFacts, accountTypes } from '../lib/mailbox/account-type.ts'
import type { DeploymentOutputs } from './aws/deployment-outputs.ts'

export interface VerifyOptions {
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

const help = `
The command uses the AWS credentials of the environment, for example of AWS_PROFILE. Log in to the API first with
\`postmaster login\`. Enter the password of the mailbox at the prompt, or pipe it in with --password-stdin.

Exit codes: 0 everything that was tried works, 1 a step failed or something was not removed, 2 usage error.

Examples:
  npm run verify-deployment -- --type IMAPS --host imap.example.com --username test@example.com
  npm run verify-deployment -- --type POP3S --host pop.example.com --username test@example.com --mail-minutes 30
  pass show test | npm run -s verify-deployment -- --type IMAPS --host imap.example.com --username test@example.com \\
    --password-stdin --yes --json > verified.json`

/** @returns the command with its options, but without an action */
export const commandWithOptions = (): Command =>
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

/** @returns what the command is going to do, for the operator who confirms it */
export const intentionOf = (
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
