import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import { type AccountAnswer, accountAnswerSchema } from '../answers.ts'
import type { ApiClient } from '../client.ts'
import { queryOf } from '../listing.ts'
import { type Candidate, choose, type Kind } from './choose.ts'
import { isUlid } from './ids.ts'

/** The description of an argument for `accountIdOf`. */
export const accountArgument = 'user name, user@host or id, see `postmaster accounts list`'

const kind: Kind = { singular: 'account', plural: 'accounts', remedy: 'See `postmaster accounts list`.' }

/** More accounts than this are not compared, because the text is too short to identify one of them. */
const mostCompared = 1000

/**
 * @param text a user name, a shared mailbox, `user@host`, a unique part of an id, or a full id, which is not looked up
 * @throws CliError that lists the candidates, or the nearest names
 */
export const accountIdOf = async (api: ApiClient, text: string): Promise<string> => {
  if (isUlid(text)) return text
  const found = await candidatesOf(api, { filter: filterOf(text) }, text)
  if (found.length > 0) return choose(found, text, kind).id
  // No account contains the text, so that only the nearest names can help.
  return choose(await candidatesOf(api, {}, text, 100), text, kind).id
}

/** The API finds a text only within one field, and `user@host` consists of two. */
const filterOf = (text: string): string => {
  const [user = ''] = text.split(/ at |…/)
  const at = user.lastIndexOf('@')
  return (at > 0 ? user.slice(0, at) : user || text).slice(0, 200)
}

const candidatesOf = async (
  api: ApiClient,
  filter: Readonly<Record<string, string>>,
  text: string,
  enough = Number.POSITIVE_INFINITY,
): Promise<Candidate[]> => {
  const candidates: Candidate[] = []
  for await (const account of api.list(`/accounts?${queryOf({ limit: '100', ...filter })}`, accountAnswerSchema)) {
    if (candidates.length === enough) break
    if (candidates.length === mostCompared)
      throw new CliError(
        `More than ${mostCompared} accounts contain \`${plain(text)}\`. Use the id of the account, or user@host.`,
        exitCodes.usage,
      )
    candidates.push({ id: account.accountId, names: accountNamesOf(account), detail: detailOf(account) })
  }
  return candidates
}

/** Accounts of the same mailbox differ in their protocol or folder. */
const detailOf = ({ type, folder }: Pick<AccountAnswer, 'type' | 'folder'>): string =>
  folder === undefined ? type : `${type}, folder ${folder}`

/** The first name is the one that tables show. */
const accountNamesOf = ({ host, username, mailbox }: Pick<AccountAnswer, 'host' | 'username' | 'mailbox'>): string[] =>
  [...(mailbox === undefined ? [] : [mailbox]), username].flatMap((name) => [
    `${name} at ${host}`,
    `${name}@${host}`,
    name,
  ])
