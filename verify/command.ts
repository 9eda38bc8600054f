import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { ApiClient } from '../cli/api/client.ts'
import { resolveConnection } from '../cli/api/connection.ts'
import { readCa } from '../cli/terminal/ca-file.ts'
import { CliError, type CommandOutput, exitCodes } from '../cli/terminal/cli-error.ts'
import { confirmed } from '../cli/terminal/prompts.ts'
import { jsonText } from '../cli/terminal/text.ts'
import { accountTypeFacts } from '../lib/mailbox/account-type.ts'
import type { Cloud } from './aws/cloud.ts'
import { type DeploymentOutputs, readOutputs } from './aws/deployment-outputs.ts'
import { commandWithOptions, intentionOf, type VerifyOptions } from './options.ts'
import { CleanUp } from './report/clean-up.ts'
import { leftoverText, liveReport, summaryOf } from './report/console-report.ts'
import { Journal } from './report/journal.ts'
import { type Limits, limitsOf } from './steps/limits.ts'
import { plannedSteps } from './steps/planned-steps.ts'
import type { ApiAccess, Verification } from './steps/verification.ts'
import { verifyDeployment } from './verify-deployment.ts'

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

export const verifyCommand = (world: VerifyWorld): Command =>
  commandWithOptions().action(async (options: VerifyOptions) => await run(world, options))

const run = async (world: VerifyWorld, options: VerifyOptions): Promise<void> => {
  const { output } = world
  const deployment = readOutputs(options.outputs)
  const admin = accessOf(deployment, options.tokenFile)
  const reader = options.readerTokenFile === undefined ? undefined : accessOf(deployment, options.readerTokenFile)
  if (options.folder !== undefined && accountTypeFacts[options.type].protocol === 'pop3')
    throw new CliError('POP3 has no folders. Omit --folder.', exitCodes.usage)
  output.err(`${intentionOf(options, deployment)}\n`)
  if (!(await confirmed('Start?', options.yes))) throw new CliError('Nothing was done.', exitCodes.usage)
  const password = await world.readPassword(options.passwordStdin ?? false)

  const limits = { ...limitsOf(options.mailMinutes), ...world.limits }
  const stop = new AbortController()
  const cleanUp = new CleanUp(limits.pause)
  const forget = world.onInterrupt(() => {
    if (stop.signal.aborted) {
      output.err(`\n${leftoverText(cleanUp.open())}\n`)
      world.exit(exitCodes.failed)
    } else {
      stop.abort()
      output.err(
        '\nThe command ends after the current request and removes what it has created. Press Ctrl-C again to end at once.\n',
      )
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
    if (options.json) output.data(jsonText(outcome))
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
