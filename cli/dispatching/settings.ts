import { Command } from 'commander'
import { defaultQueueViewSchema } from '../../lib/queues/default-queue.ts'
import type { Reason } from '../../lib/reasons/reason.ts'
import { connected } from '../api/client.ts'
import { queueNamed } from '../api/find/by-name.ts'
import { tolerant } from '../api/tolerant.ts'
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
          out(textOf(await connected(command).get('/default-queue', answerSchema)))
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
          out(textOf(await api.put('/default-queue', { queueId }, '*', answerSchema)))
        }),
    )

const answerSchema = tolerant(defaultQueueViewSchema.partial({ receivedBy: true }))

const textOf = ({ name, warning }: { readonly name: string; readonly warning?: Reason | undefined }): string =>
  [`Default queue: ${plain(name)}`, ...(warning ? [`!! ${plain(warning.detail)} ${plain(warning.remedy)}`] : [])].join(
    '\n',
  )
