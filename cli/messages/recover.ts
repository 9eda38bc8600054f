import { Command } from 'commander'
import * as z from 'zod'
import { type ApiClient, connected } from '../api/client.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'

interface RecoverOptions {
  readonly from: string
  readonly dryRun?: boolean
}

const answerSchema = z.object({
  examined: z.number(),
  withoutRecord: z.number(),
  recovered: z.number(),
  problems: z.array(z.object({ messageId: z.string(), code: z.string(), detail: z.string(), remedy: z.string() })),
  next: z.string().optional(),
})

export const recoverMessagesCommand = (output: CommandOutput): Command =>
  new Command('recover')
    .description('write lost records of messages again from their raw mail, after the messages table was restored')
    .requiredOption('--from <time>', 'the time of the backup that was restored, for example 2026-03-02T08:00:00Z')
    .option('--dry-run', 'count what can be recovered, and write nothing')
    .addHelpText(
      'after',
      '\nThe schedule announces recovered messages under the same id, also those that were announced before.\nYou can repeat the command. It does not change records that exist.\n\nExamples:\n  postmaster messages recover --from 2026-03-02T08:00:00Z --dry-run\n  postmaster messages recover --from 2026-03-02T08:00:00Z',
    )
    .action(async (options: RecoverOptions, command: Command) => await recover(connected(command), output, options))

/** @throws CliError if messages without a record remain */
const recover = async (api: ApiClient, { out, err }: CommandOutput, { from, dryRun = false }: RecoverOptions) => {
  const total = { examined: 0, withoutRecord: 0, recovered: 0, problems: 0 }
  let next: string | undefined
  do {
    const answer = await api.post('/messages/recover', { from, dryRun, next }, answerSchema)
    total.examined += answer.examined
    total.withoutRecord += answer.withoutRecord
    total.recovered += answer.recovered
    total.problems += answer.problems.length
    for (const { messageId, detail, remedy } of answer.problems)
      err(`${plain(messageId)}: ${plain(detail)} ${plain(remedy)}\n`)
    next = answer.next
    if (next !== undefined) err(`${total.examined} messages compared, ${total.recovered} recovered so far.\n`)
  } while (next !== undefined)
  const can = dryRun ? 'can be recovered' : 'recovered'
  out(`${total.examined} messages compared, ${total.withoutRecord} without a record, ${total.recovered} ${can}.`)
  if (total.problems > 0)
    throw new CliError(`Messages that cannot be recovered automatically: ${total.problems}.`, exitCodes.failed)
}
