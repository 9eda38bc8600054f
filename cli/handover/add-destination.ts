import { Command } from 'commander'
import { newSigningSecret } from '../../lib/handover/destinations/secrets/destination-secrets.ts'
import { destinationAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { readSecret } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import {
  addDestinationOptions,
  type DestinationOptions,
  fieldsOf,
  kindOption,
  signingSecretKind,
} from './destination-options.ts'
import { printTest } from './test-destination.ts'

interface AddOptions extends DestinationOptions {
  readonly kind?: string
  readonly signingSecretStdin?: true
  readonly test?: true
}

const help = `
A webhook gets a new signing secret, which is printed once. To use your own, pipe it in with --signing-secret-stdin.
Enter the value for --auth-header, or the password for --auth-user, at the prompt, or pipe it in with --auth-stdin.

Examples:
  postmaster destinations add OTOBO --kind pull --map Support="First level" --control-headers X-OTOBO-
  postmaster destinations add Tickets --kind webhook --webhook https://tickets.example.com/hooks/postmaster --test
  pass show tickets-key | postmaster destinations add Tickets --kind webhook --webhook https://… --auth-header x-api-key --auth-stdin`

export const addDestinationCommand = (output: CommandOutput): Command =>
  addDestinationOptions(new Command('add').description('add a destination'))
    .argument('<name>')
    .addOption(kindOption())
    .option('--signing-secret-stdin', 'read the signing secret of a webhook from standard input')
    .option('--test', 'send a sample to the webhook first, and add it only if the sample is accepted')
    .addHelpText('after', help)
    .action(async (name: string, { kind, signingSecretStdin, test, ...options }: AddOptions, command: Command) => {
      const { out } = output
      if (kind === undefined) throw new CliError('Specify --kind pull or --kind webhook.', exitCodes.usage)
      if (kind === 'webhook' && options.webhook === undefined)
        throw new CliError('A webhook needs its address. Specify --webhook.', exitCodes.usage)
      if (test && kind !== 'webhook')
        throw new CliError('--test requires --kind webhook. Test an agent after it has started.', exitCodes.usage)
      if (signingSecretStdin && options.authStdin)
        throw new CliError(
          'Standard input can contain only one secret. Enter the other at the prompt.',
          exitCodes.usage,
        )
      const api = connected(command)
      const signingSecret = signingSecretStdin ? await readSecret(signingSecretKind, true) : newSigningSecret()
      const { webhook, ...fields } = await fieldsOf(options, api)
      const isWebhook = typeof webhook === 'object' && kind === 'webhook'
      const draft = {
        name,
        kind,
        ...fields,
        ...(webhook !== undefined && { webhook }),
        ...(isWebhook && { webhook: { ...webhook, signingSecret } }),
      }
      if (test) await printTest(output, api, '/destinations/test', draft)
      const destination = await api.post('/destinations', draft, destinationAnswerSchema)
      out(`Added destination ${plain(destination.name)} (${destination.destinationId}).`)
      if (isWebhook && !signingSecretStdin) out(newSecretText(signingSecret))
      if (kind === 'pull')
        out(`Create a token for its agent:\n  postmaster destinations token create ${quoted(destination.name)}`)
      out('It receives the mail that is fetched from now on. For stored mail, see `postmaster deliveries replay`.')
    })

export const newSecretText = (secret: string): string =>
  `The signing secret is shown only now. Give it to the receiver:\n\n  ${secret}\n`

const quoted = (name: string): string => (/^[\w.-]+$/.test(name) ? name : `"${plain(name)}"`)
