import { Command } from 'commander'
import { newSigningSecret } from '../../lib/handover/destinations/secrets/destination-secrets.ts'
import { destinationAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { destinationPath } from '../api/paths.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { readSecret } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import { newSecretText } from './add-destination.ts'
import { addDestinationOptions, type DestinationOptions, fieldsOf, signingSecretKind } from './destination-options.ts'

export const editDestinationCommand = ({ out }: CommandOutput): Command =>
  addDestinationOptions(new Command('edit').description('change a destination; other settings stay unchanged'))
    .argument('<destination>', 'name or id')
    .option('--rename <name>', 'new name')
    .addHelpText(
      'after',
      `
Deliveries that have already been planned stay, even if the destination no longer selects their mail.

Examples:
  postmaster destinations edit OTOBO --validity invalid-temporarily
  postmaster destinations edit OTOBO --map Sales=Verkauf --map Support=`,
    )
    .action(
      async (name: string, { rename, ...options }: DestinationOptions & { rename?: string }, command: Command) => {
        const api = connected(command)
        const { destinationId } = await destinationNamed(api, name)
        const patch = { ...(rename !== undefined && { name: rename }), ...(await fieldsOf(options, api)) }
        if (Object.keys(patch).length === 0)
          throw new CliError('Specify what to change. See --help for the options.', exitCodes.usage)
        const destination = await api.patch(destinationPath(destinationId), patch, '*', destinationAnswerSchema)
        out(`Changed destination ${plain(destination.name)}: ${Object.keys(patch).join(', ')}.`)
      },
    )

export const rotateSecretCommand = ({ out }: CommandOutput): Command =>
  new Command('rotate-secret')
    .description('replace the signing secret of a webhook; for 24 hours, the former one signs as well')
    .argument('<destination>', 'name or id')
    .option('--signing-secret-stdin', 'read the new signing secret from standard input instead of generating it')
    .addHelpText('after', '\nExample:\n  postmaster destinations rotate-secret Tickets')
    .action(async (name: string, { signingSecretStdin }: { signingSecretStdin?: true }, command: Command) => {
      const api = connected(command)
      const { destinationId } = await destinationNamed(api, name)
      const signingSecret = signingSecretStdin ? await readSecret(signingSecretKind, true) : newSigningSecret()
      const patch = { webhook: { signingSecret } }
      const destination = await api.patch(destinationPath(destinationId), patch, '*', destinationAnswerSchema)
      if (!signingSecretStdin) out(newSecretText(signingSecret))
      out(
        `${plain(destination.name)} signs with the new secret${destination.previousSecretUntil === undefined ? '' : `, and until ${plain(destination.previousSecretUntil)} with the former one as well`}.`,
      )
    })
