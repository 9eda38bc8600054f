import { Command } from 'commander'
import { type DestinationAnswer, destinationAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { asListing } from '../api/listing.ts'
import { destinationPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import { addDestinationCommand } from './add-destination.ts'
import { tokenCommand } from './destination-tokens.ts'
import { editDestinationCommand, rotateSecretCommand } from './edit-destination.ts'
import { showDestinationCommand } from './show-destination.ts'
import { testDestinationCommand } from './test-destination.ts'

/** `postmaster destinations …` */
export const destinationsCommand = (output: CommandOutput): Command =>
  new Command('destinations')
    .description('destinations of the hand-over: ticket systems with an agent, and webhooks')
    .addHelpText('after', '\nExample:\n  postmaster destinations add OTOBO --kind pull')
    .addCommand(list(output))
    .addCommand(showDestinationCommand(output))
    .addCommand(addDestinationCommand(output))
    .addCommand(editDestinationCommand(output))
    .addCommand(remove(output))
    .addCommand(testDestinationCommand(output))
    .addCommand(tokenCommand(output))
    .addCommand(rotateSecretCommand(output))

const list = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list destinations with their state and the number of waiting deliveries')
      .addHelpText('after', '\nExample:\n  postmaster destinations list'),
    output,
    {
      path: () => '/destinations?limit=100',
      schema: destinationAnswerSchema,
      columns: [
        { head: 'NAME', value: ({ name }) => name },
        { head: 'KIND', value: ({ kind }) => kind },
        { head: 'STATUS', value: statusOf, kind: 'state' },
        { head: 'WAITING', value: ({ status }) => status.figures?.open, kind: 'number' },
        { head: 'QUARANTINED', value: ({ status }) => status.figures?.quarantined, kind: 'number' },
        { head: 'ID', value: ({ destinationId }) => destinationId, kind: 'id' },
      ],
      things: 'destinations',
      whenNone: 'To add one, see `postmaster destinations add --help`.',
    },
  )

/** The most important fact: the validity if it stops the hand-over, a failure, or the first warning. */
const statusOf = ({ validity, status }: DestinationAnswer): string => {
  if (validity !== 'valid') return validity
  return status.state === 'ok' ? (status.warnings[0]?.code ?? 'ok') : status.state
}

const remove = ({ out }: CommandOutput): Command =>
  new Command('delete')
    .description('delete a destination without open deliveries; its tokens are revoked')
    .argument('<destination>', 'name or id')
    .option('--yes', 'delete without confirmation')
    .addHelpText('after', '\nExample:\n  postmaster destinations delete OTOBO --yes')
    .action(async (name: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const { destinationId, name: called } = await destinationNamed(api, name)
      if (!(await confirmed(`Delete destination ${plain(called)}?`, yes))) return
      await api.delete(destinationPath(destinationId), '*')
      out(`Deleted destination ${plain(called)}. Its tokens no longer work.`)
    })
