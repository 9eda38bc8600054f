import { Command } from 'commander'
import { type QueueAnswer, queueAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { queueNamed } from '../api/find/by-name.ts'
import { asListing } from '../api/listing.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { validityOption } from '../terminal/options.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'

/** `postmaster queues …` */
export const queuesCommand = (output: CommandOutput): Command =>
  new Command('queues')
    .description('queues that messages are dispatched to')
    .addHelpText(
      'after',
      '\nExamples:\n  postmaster queues add Support\n  postmaster queues edit Support --rename "Customer care"',
    )
    .addCommand(list(output))
    .addCommand(add(output))
    .addCommand(edit(output))
    .addCommand(remove(output))

const list = (output: CommandOutput): Command =>
  asListing(
    new Command('list').description('list queues').addHelpText('after', '\nExample:\n  postmaster queues list'),
    output,
    {
      path: () => '/queues?limit=100',
      schema: queueAnswerSchema,
      columns: [
        { head: 'NAME', value: ({ name }) => name },
        { head: 'VALIDITY', value: ({ validity }) => validity, kind: 'state' },
        { head: 'DEFAULT', value: ({ isDefault }) => (isDefault ? 'default' : '') },
        { head: 'RECEIVED BY', value: receiversOf },
        { head: 'COMMENT', value: ({ comment }) => comment },
        { head: 'ID', value: ({ queueId }) => queueId, kind: 'id' },
      ],
      things: 'queues',
    },
  )

/** Nothing if the deployment has no destinations. */
const receiversOf = ({ receivedBy = [], warning }: QueueAnswer): string => {
  if (warning) return 'no destination (!)'
  if (receivedBy.length === 0) return ''
  return receivedBy.length === 1 ? '1 destination' : `${receivedBy.length} destinations`
}

const add = ({ out }: CommandOutput): Command =>
  new Command('add')
    .description('add a queue')
    .addHelpText('after', '\nExample:\n  postmaster queues add Support --comment "first line"')
    .argument('<name>')
    .option('--comment <text>', 'note for other admins')
    .action(async (name: string, { comment }: { comment?: string }, command: Command) => {
      const queue = await connected(command).post('/queues', { name, ...(comment && { comment }) }, queueAnswerSchema)
      out(`Added queue ${plain(queue.name)} (${queue.queueId}).`)
    })

const edit = ({ out }: CommandOutput): Command =>
  new Command('edit')
    .description('change a queue')
    .addHelpText('after', '\nExample:\n  postmaster queues edit Support --rename "Customer care"')
    .argument('<queue>', 'name or id')
    .option('--rename <name>', 'new name; messages and system addresses stay with the queue')
    .addOption(validityOption('new validity'))
    .option('--comment <text>', 'note for other admins')
    .action(
      async (name: string, options: { rename?: string; validity?: string; comment?: string }, command: Command) => {
        const api = connected(command)
        const { queueId } = await queueNamed(api, name)
        const { rename, ...others } = options
        const patch = { ...others, ...(rename !== undefined && { name: rename }) }
        const queue = await api.patch(`/queues/${queueId}`, patch, '*', queueAnswerSchema)
        out(`Changed queue ${plain(queue.name)} (${queue.validity}).`)
      },
    )

const remove = ({ out }: CommandOutput): Command =>
  new Command('delete')
    .description('delete a queue that is not in use; stored messages keep its name')
    .addHelpText('after', '\nExample:\n  postmaster queues delete Support --yes')
    .argument('<queue>', 'name or id')
    .option('--yes', 'delete without confirmation')
    .action(async (name: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const queue = await queueNamed(api, name)
      if (!(await confirmed(`Delete queue ${plain(queue.name)}?`, yes))) return
      await api.delete(`/queues/${queue.queueId}`, '*')
      out(`Deleted queue ${plain(queue.name)}.`)
    })
