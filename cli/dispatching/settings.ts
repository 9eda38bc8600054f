import { Command } from 'commander'
import { defaultQueueViewSchema } from '../../lib/queues/default-queue.ts'
import { connected } from '../api/client.ts'
import { queueNamed } from '../api/find-by-name.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'

/** `postmaster settings …` */
export const settingsCommand = ({ out }: CommandOutput): Command =>
  new Command('settings')
    .description('settings for the whole deployment')
    .addHelpText('after', '\nExamples:\n  postmaster settings show\n  postmaster settings default-queue Support')
    .addCommand(
      new Command('show')
        .description('show the settings')
        .addHelpText('after', '\nExample:\n  postmaster settings show')
        .action(async (_options: object, command: Command) => {
          const { name } = await connected(command).get('/default-queue', defaultQueueViewSchema)
          out(`Default queue: ${plain(name)}`)
        }),
    )
    .addCommand(
      new Command('default-queue')
        .description('set the queue for mail that is not addressed to a system address')
        .addHelpText('after', '\nExample:\n  postmaster settings default-queue Support')
        .argument('<queue>', 'name or id')
        .action(async (name: string, _options: object, command: Command) => {
          const api = connected(command)
          const { queueId } = await queueNamed(api, name)
          const set = await api.put('/default-queue', { queueId }, '*', defaultQueueViewSchema)
          out(`Default queue: ${plain(set.name)}`)
        }),
    )
