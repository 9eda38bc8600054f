import { Command } from 'commander'
import type * as z from 'zod'
import { defaultQueueViewSchema } from '../../lib/queues/default-queue.ts'
import { connected } from '../api/client.ts'
import { queueNamed } from '../api/find/by-name.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { printDescribed } from '../terminal/layout/described.ts'

const answerSchema = tolerant(defaultQueueViewSchema.partial({ receivedBy: true }))

/** `postmaster settings …` */
export const settingsCommand = (output: CommandOutput): Command =>
  new Command('settings')
    .description('settings for the whole deployment')
    .addHelpText('after', '\nExamples:\n  postmaster settings show\n  postmaster settings default-queue Support')
    .addCommand(
      withJson(new Command('show'), answerSchema)
        .description('show the settings')
        .addHelpText('after', '\nExample:\n  postmaster settings show')
        .action(async ({ json }: { json?: JsonFields }, command: Command) => {
          const settings = await connected(command).get('/default-queue', answerSchema)
          if (json) printJson(output, settings, json)
          else printSettings(output, settings)
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
          printSettings(output, await api.put('/default-queue', { queueId }, '*', answerSchema))
        }),
    )

const printSettings = (output: CommandOutput, { name, warning }: z.infer<typeof answerSchema>): void =>
  printDescribed(output, [
    ['Default queue', name],
    ['Warning', warning && `${warning.detail} ${warning.remedy}`],
  ])
