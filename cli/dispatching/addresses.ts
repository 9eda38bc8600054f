import { Command } from 'commander'
import { systemAddressViewSchema } from '../../lib/queues/system-address.ts'
import { connected } from '../api/client.ts'
import { systemAddressOf } from '../api/find/addresses.ts'
import { queueNamed } from '../api/find/by-name.ts'
import { asListing } from '../api/listing.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { validityOption } from '../terminal/options.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'

const addressAnswerSchema = tolerant(systemAddressViewSchema)

/** `postmaster addresses …`: system addresses. */
export const addressesCommand = (output: CommandOutput): Command =>
  new Command('addresses')
    .description('system addresses: mail to a system address goes to its queue')
    .addHelpText('after', '\nExample:\n  postmaster addresses add support@example.com --queue Support')
    .addCommand(list(output))
    .addCommand(add(output))
    .addCommand(edit(output))
    .addCommand(remove(output))

const pathOf = (address: string) => `/system-addresses/${encodeURIComponent(address)}`

const list = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list system addresses')
      .addHelpText('after', '\nExample:\n  postmaster addresses list'),
    output,
    {
      path: () => '/system-addresses?limit=100',
      schema: addressAnswerSchema,
      columns: [
        { head: 'ADDRESS', value: ({ address }) => address },
        { head: 'QUEUE', value: ({ queueName, queueId }) => queueName ?? queueId },
        { head: 'VALIDITY', value: ({ validity }) => validity, kind: 'state' },
        { head: 'COMMENT', value: ({ comment }) => comment },
      ],
      things: 'system addresses',
      whenNone: 'All mail that is dispatched by its To field goes to the default queue.',
    },
  )

const add = ({ out }: CommandOutput): Command =>
  new Command('add')
    .description('add a system address')
    .addHelpText('after', '\nExample:\n  postmaster addresses add support@example.com --queue Support')
    .argument('<address>')
    .requiredOption('--queue <queue>', 'queue for mail to this address')
    .option('--comment <text>', 'note for other admins')
    .action(async (address: string, { queue, comment }: { queue: string; comment?: string }, command: Command) => {
      const api = connected(command)
      const { queueId, name } = await queueNamed(api, queue)
      const added = await api.post(
        '/system-addresses',
        { address, queueId, ...(comment && { comment }) },
        addressAnswerSchema,
      )
      out(`Within a minute, mail to ${plain(added.address)} will go to queue ${plain(name)}.`)
    })

const edit = ({ out }: CommandOutput): Command =>
  new Command('edit')
    .description('change a system address')
    .addHelpText('after', '\nExample:\n  postmaster addresses edit support@example.com --queue Sales')
    .argument('<system-address>', 'address, or the part before its @')
    .option('--queue <queue>', 'new queue')
    .addOption(validityOption('new validity'))
    .option('--comment <text>', 'note for other admins')
    .action(
      async (named: string, options: { queue?: string; validity?: string; comment?: string }, command: Command) => {
        const api = connected(command)
        const { queue, ...others } = options
        const patch = { ...others, ...(queue !== undefined && { queueId: (await queueNamed(api, queue)).queueId }) }
        const changed = await api.patch(pathOf(await systemAddressOf(api, named)), patch, '*', addressAnswerSchema)
        out(`${plain(changed.address)}: queue ${plain(changed.queueName ?? changed.queueId)}, ${changed.validity}.`)
      },
    )

const remove = ({ out }: CommandOutput): Command =>
  new Command('delete')
    .description('delete a system address')
    .addHelpText('after', '\nExample:\n  postmaster addresses delete support@example.com --yes')
    .argument('<system-address>', 'address, or the part before its @')
    .option('--yes', 'delete without confirmation')
    .action(async (named: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const address = await systemAddressOf(api, named)
      if (!(await confirmed(`Delete system address ${plain(address)}?`, yes))) return
      await api.delete(pathOf(address), '*')
      out(`Deleted system address ${plain(address)}.`)
    })
