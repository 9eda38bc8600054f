import { Readable } from 'node:stream'
import { Command } from 'commander'
import type * as z from 'zod'
import { newTokenViewSchema, tokenViewSchema } from '../../lib/handover/destinations/token-view.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { choose, type Kind } from '../api/find/choose.ts'
import { isUlid } from '../api/find/ids.ts'
import { destinationPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { type Column, TablePrinter } from '../terminal/layout/table.ts'
import { writePrivately } from '../terminal/private-file.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'

/** `postmaster destinations token …` */
export const tokenCommand = (output: CommandOutput): Command =>
  new Command('token')
    .description('tokens with which agents collect mail, and receivers fetch raw mail')
    .addHelpText('after', '\nExample:\n  postmaster destinations token create OTOBO --comment "agent on otobo01"')
    .addCommand(create(output))
    .addCommand(list(output))
    .addCommand(revoke(output))

const create = ({ out }: CommandOutput): Command =>
  new Command('create')
    .description('create a token; it is shown only once')
    .argument('<destination>', 'name or id')
    .option('--comment <text>', 'note for other admins')
    .option('--save <file>', 'write the token to a private file instead of printing it')
    .addHelpText('after', '\nExample:\n  postmaster destinations token create OTOBO --save otobo-token')
    .action(async (name: string, { comment, save }: { comment?: string; save?: string }, command: Command) => {
      const api = connected(command)
      const { destinationId, name: called } = await destinationNamed(api, name)
      const path = `${destinationPath(destinationId)}/tokens`
      const { token, tokenId } = await api.post(path, { ...(comment && { comment }) }, tolerant(newTokenViewSchema))
      if (save !== undefined) {
        await writePrivately(save, Readable.from([`${token}\n`]))
        out(`Created token ${plain(tokenId)} for ${plain(called)}, and wrote it to ${plain(save)}.`)
      } else out(`Created token ${plain(tokenId)} for ${plain(called)}. It is shown only now:\n\n  ${plain(token)}\n`)
      out(
        'Store it on the host of the ticket system in a file that only the user of the agent can read (mode 0600), and start the agent:\n' +
          '  postmaster deliver --token-file FILE …',
      )
    })

const list = (output: CommandOutput): Command =>
  withJson(new Command('list'), tokenAnswerSchema)
    .description('list the tokens of a destination, without the secret part')
    .argument('<destination>', 'name or id')
    .addHelpText('after', '\nExample:\n  postmaster destinations token list OTOBO')
    .action(async (name: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const { destinationId } = await destinationNamed(api, name)
      const tokens = await api.all(`${destinationPath(destinationId)}/tokens`, tokenAnswerSchema)
      if (json) return printJson(output, tokens, json)
      new TablePrinter(output, columns).print(tokens)
      if (tokens.length === 0)
        output.err('There are no tokens. To create one, use `postmaster destinations token create`.\n')
    })

const tokenAnswerSchema = tolerant(tokenViewSchema)

const columns: ReadonlyArray<Column<z.infer<typeof tokenAnswerSchema>>> = [
  { head: 'ID', value: ({ tokenId }) => tokenId, kind: 'id' },
  { head: 'CREATED', value: ({ createdAt }) => createdAt, kind: 'time' },
  { head: 'LAST USED', value: ({ lastUsedAt = 'never' }) => lastUsedAt, kind: 'time' },
  { head: 'HOST', value: ({ agent }) => agent?.host },
  { head: 'COMMENT', value: ({ comment }) => comment },
]

const tokens: Kind = { singular: 'token', plural: 'tokens' }

/** @param text a part of an id, or a full id, which is not looked up */
const tokenIdOf = async (api: ApiClient, destinationId: string, text: string): Promise<string> => {
  if (isUlid(text)) return text
  const stored = await api.all(`${destinationPath(destinationId)}/tokens`, tokenAnswerSchema)
  return choose(
    stored.map(({ tokenId, comment }) => ({ id: tokenId, names: comment === '' ? [] : [comment] })),
    text,
    tokens,
  ).id
}

const revoke = ({ out }: CommandOutput): Command =>
  new Command('revoke')
    .description('revoke a token')
    .argument('<destination>', 'name or id')
    .argument('<token>', 'id, see `postmaster destinations token list`')
    .option('--yes', 'revoke without confirmation')
    .addHelpText('after', '\nExample:\n  postmaster destinations token revoke OTOBO 01J… --yes')
    .action(async (name: string, token: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const { destinationId, name: called } = await destinationNamed(api, name)
      const tokenId = await tokenIdOf(api, destinationId, token)
      if (!(await confirmed(`Revoke token ${plain(tokenId)} of ${plain(called)}?`, yes))) return
      await api.delete(`${destinationPath(destinationId)}/tokens/${encodeURIComponent(tokenId)}`, '*')
      out(`Revoked token ${plain(tokenId)} of ${plain(called)}. Requests with it are refused.`)
    })
