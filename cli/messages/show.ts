import { Command } from 'commander'
import { messageViewSchema } from '../../lib/messages/view/message-view.ts'
import { connected } from '../api/client.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { tableOf } from '../terminal/table.ts'
import { jsonText, plain, plainLines } from '../terminal/text.ts'

export const showMessageCommand = ({ out }: CommandOutput): Command =>
  new Command('show')
    .description('show the header, the text and the list of attachments of a message')
    .addHelpText('after', '\nExample:\n  postmaster messages show 5f3a…')
    .argument('<message-id>', 'see `postmaster messages list`')
    .option('--attachment <index>', 'show an attached message, for example a forwarded one')
    .option('--json', 'print the API response as JSON, including sanitised HTML, for scripts')
    .action(async (messageId: string, { attachment, json }: { attachment?: string; json?: true }, command: Command) => {
      const query = new URLSearchParams({ html: json ? 'sanitised' : 'none', ...(attachment && { attachment }) })
      const path = `/messages/${encodeURIComponent(messageId)}/view?${query}`
      const view = await connected(command).get(path, tolerant(messageViewSchema))
      if (json) return out(jsonText(view))
      const { from, to, cc, subject, date } = view.header
      for (const [name, value] of Object.entries({ From: from, To: to, Cc: cc, Date: date, Subject: subject }))
        if (value !== undefined) out(`${name}: ${plain(value)}`)
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
      const rows = view.attachments.map((file) =>
        [file.index, file.name, file.contentType, String(file.size)].map(plain),
      )
      out(`\n${tableOf(['ATTACHMENT', 'NAME', 'TYPE', 'BYTES'], rows)}`)
    })
