import { Command } from 'commander'
import type * as z from 'zod'
import { messageViewSchema } from '../../lib/messages/view/message-view.ts'
import { connected } from '../api/client.ts'
import { messageIdOf } from '../api/find/messages.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { printDescribed } from '../terminal/layout/described.ts'
import { type Column, TablePrinter } from '../terminal/layout/table.ts'
import { plain, plainLines } from '../terminal/text.ts'

export const showMessageCommand = (output: CommandOutput): Command =>
  withJson(new Command('show'), viewSchema)
    .description('show the header, the text and the list of attachments of a message')
    .addHelpText('after', '\nExample:\n  postmaster messages show 5f3a…')
    .argument('<message>', 'id, see `postmaster messages list`')
    .option('--attachment <index>', 'show an attached message, for example a forwarded one')
    .action(
      async (named: string, { attachment, json }: { attachment?: string; json?: JsonFields }, command: Command) => {
        const query = new URLSearchParams({ html: json ? 'sanitised' : 'none', ...(attachment && { attachment }) })
        const api = connected(command)
        const path = `/messages/${encodeURIComponent(await messageIdOf(api, named))}/view?${query}`
        const view = await api.get(path, viewSchema)
        if (json) return printJson(output, view, json)
        const { out } = output
        const { from, to, cc, subject, date } = view.header
        printDescribed(output, [
          ['From', from],
          ['To', to],
          ['Cc', cc],
          ['Date', date],
          ['Subject', subject],
        ])
        out('')
        if (view.signed) out(`(${plain(view.signed.detail)})\n`)
        if (view.textFrom === 'html') out('(HTML was converted to text.)\n')
        out(
          view.text
            ? plainLines(view.text.content)
            : '(The message has no text. Use `postmaster messages raw` to get the whole message.)',
        )
        if (view.text?.truncated) out('… The text is longer. Use `postmaster messages raw` to get all of it.')
        if (view.incomplete) out(`\n${plain(view.incomplete.detail)}`)
        if (view.attachments.length === 0) return
        out('')
        new TablePrinter(output, attachmentColumns).print(view.attachments)
      },
    )

const viewSchema = tolerant(messageViewSchema)

const attachmentColumns: ReadonlyArray<Column<z.infer<typeof viewSchema>['attachments'][number]>> = [
  { head: 'ATTACHMENT', value: ({ index }) => index },
  { head: 'NAME', value: ({ name }) => name },
  { head: 'TYPE', value: ({ contentType }) => contentType },
  { head: 'BYTES', value: ({ size }) => size, kind: 'number' },
]
