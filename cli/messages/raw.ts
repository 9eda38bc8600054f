import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import { connected } from '../api/client.ts'
import { messageIdOf } from '../api/find/messages.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { writePrivately } from '../terminal/private-file.ts'

export const rawMessageCommand = ({ err }: CommandOutput): Command =>
  new Command('raw')
    .description('download a message exactly as the mail server sent it')
    .argument('<message>', 'id, see `postmaster messages list`')
    .option(
      '-o, --output <file>',
      'write the message to this file, which only you can read; required at a terminal, because mail can contain terminal commands',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  postmaster messages raw 3f2a… -o mail.eml\n  postmaster messages raw 3f2a… | sha256sum',
    )
    .action(async (named: string, { output }: { output?: string }, command: Command) => {
      if (output === undefined && process.stdout.isTTY)
        throw new CliError(
          'Raw mail can contain terminal commands. Choose a file with -o, or pipe the output.',
          exitCodes.usage,
        )
      const api = connected(command)
      const body = await api.download(`/messages/${encodeURIComponent(await messageIdOf(api, named))}/raw`)
      const mail = Readable.fromWeb(body)
      if (output === undefined) return await pipeline(mail, process.stdout)
      await writePrivately(output, mail)
      err(`Written to ${output}.\n`)
    })
