import { Command } from 'commander'
import * as z from 'zod'
import { explanationSchema } from '../../lib/messages/history/explanation.ts'
import { connected } from '../api/client.ts'
import { isPartOfMessageId } from '../api/find/ids.ts'
import { messageIdOf } from '../api/find/messages.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { plain } from '../terminal/text.ts'

const explanationAnswerSchema = tolerant(explanationSchema)
const foundSchema = z.looseObject({ items: z.array(explanationAnswerSchema), detail: z.string().optional() })

export const explainMessageCommand = (output: CommandOutput): Command =>
  withJson(new Command('explain'), foundSchema)
    .description('explain what happened to a message: when it was found, stored, dispatched, announced and deleted')
    .argument('<message>', 'id, or a Message-ID header such as `<1@example.org>`')
    .addHelpText(
      'after',
      "\nExamples:\n  postmaster messages explain 3f2a…\n  postmaster messages explain '<1@example.org>'",
    )
    .action(async (id: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const found = isPartOfMessageId(id)
        ? { items: [await api.get(`/messages/${await messageIdOf(api, id)}/explanation`, explanationAnswerSchema)] }
        : await api.get(`/explanations?${new URLSearchParams({ messageIdHeader: id })}`, foundSchema)
      if (json) return printJson(output, found, json)
      const { out, columns } = output
      if (found.items.length === 0) return out(plain(found.detail ?? 'No run has found such a message.'))
      for (const { messageId, summary, steps } of found.items) {
        out(`${plain(summary)}\n  message ${messageId}`)
        for (const { at = '', detail } of steps)
          out(columns === undefined ? `${at}\t${plain(detail)}` : `  ${at.padEnd(24)}  ${plain(detail)}`)
      }
    })
