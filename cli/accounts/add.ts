import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import * as z from 'zod'
import type { ApiClient } from '../api-client.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { connected } from '../connected.ts'
import { jsonText } from '../json.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'
import { accountAnswerSchema } from './account-answer.ts'
import { readPassword } from './read-password.ts'

interface AddOptions {
  readonly type: string
  readonly host: string
  readonly username: string
  readonly port?: number
  readonly folder?: string
  readonly trusted?: true
  readonly queue?: string
  readonly validity?: string
  readonly comment?: string
  readonly afterFetch?: string
  readonly maxSize?: number
  readonly caFile?: string
  readonly passwordStdin?: true
  readonly json?: true
}

const help = `
The password is asked for, or read from standard input with --password-stdin; it is never an argument.

Examples:
  postmaster accounts add --type IMAPS --host imap.example.com --username support@example.com
  pass show support | postmaster accounts add --type POP3S --host pop.example.com --username sales --queue Sales --password-stdin
  postmaster accounts add --type IMAPTLS --host mail.corp.example --username desk --ca-file corp-ca.pem --after-fetch move:Done`

export const addAccountCommand = ({ out }: CommandOutput): Command =>
  new Command('add')
    .description('add a mail account')
    .addOption(
      new Option('--type <type>', 'how to connect')
        .choices(['IMAP', 'IMAPS', 'IMAPTLS', 'POP3', 'POP3S', 'POP3TLS'])
        .makeOptionMandatory(),
    )
    .requiredOption('--host <name>', 'mail server')
    .requiredOption('--username <name>', 'as the mail server knows it')
    .option('--port <number>', 'default: the type’s own port', wholeNumber)
    .option('--folder <name>', 'IMAP folder (default: INBOX)')
    .option('--trusted', 'honour X-OTOBO-… headers of its mail')
    .option('--queue <name>', 'dispatch everything to this queue (default: by the To field)')
    .addOption(new Option('--validity <value>', 'default: valid').choices(['valid', 'invalid', 'invalid-temporarily']))
    .option('--comment <text>', 'for people')
    .option('--after-fetch <what>', 'delete (default), keep, or move:FOLDER')
    .option('--max-size <bytes>', 'leave larger messages on the server', wholeNumber)
    .option('--ca-file <file>', 'PEM file of the authority that signed the server’s certificate')
    .option('--password-stdin', 'read the password from standard input')
    .option('--json', 'the API’s answer, for programs')
    .addHelpText('after', help)
    .action(async (options: AddOptions, command: Command) => {
      const api = connected(command)
      const settings = await settingsOf(options, api)
      const password = await readPassword(options.passwordStdin ?? false)
      const account = await api.post('/accounts', { ...settings, password }, accountAnswerSchema.loose())
      if (options.json) return out(jsonText(account))
      out(
        `Added ${plain(account.username)} at ${plain(account.host)}:${account.port} (${account.type}) as ${account.accountId}.`,
      )
      out(`Fetch it now with: postmaster fetch --account ${account.accountId}`)
    })

const settingsOf = async (options: AddOptions, api: ApiClient) => ({
  type: options.type,
  authentication: 'password',
  host: options.host,
  username: options.username,
  ...(options.port !== undefined && { port: options.port }),
  ...(options.folder !== undefined && { folder: options.folder }),
  ...(options.trusted && { trusted: true }),
  ...(options.queue !== undefined && { dispatching: { by: 'queue', queueId: await queueIdOf(api, options.queue) } }),
  ...(options.validity !== undefined && { validity: options.validity }),
  ...(options.comment !== undefined && { comment: options.comment }),
  ...(options.afterFetch !== undefined && { afterFetch: afterFetchOf(options.afterFetch) }),
  ...(options.maxSize !== undefined && { maxMessageSize: options.maxSize }),
  ...(options.caFile !== undefined && { customCa: readCa(options.caFile) }),
})

const queueIdOf = async (api: ApiClient, name: string): Promise<string> => {
  const names: string[] = []
  for await (const queue of api.list('/queues?limit=100', z.object({ queueId: z.string(), name: z.string() }))) {
    if (queue.name.toLowerCase() === name.toLowerCase()) return queue.queueId
    names.push(plain(queue.name))
  }
  throw new CliError(`There is no queue \`${name}\`. There are: ${names.slice(0, 20).join(', ')}.`, exitCodes.usage)
}

const afterFetchOf = (text: string) => {
  if (text === 'delete' || text === 'keep') return { action: text }
  const [, folder] = /^move:(.+)$/.exec(text) ?? []
  if (folder === undefined) throw new CliError('--after-fetch is `delete`, `keep` or `move:FOLDER`.', exitCodes.usage)
  return { action: 'move', folder }
}

const readCa = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CliError(`The CA file ${file} cannot be read.`, exitCodes.usage)
  }
}

const wholeNumber = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
