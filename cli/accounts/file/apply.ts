import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { profileAnswerSchema, queueAnswerSchema } from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import { connected } from '../../api/client.ts'
import type { CommandOutput } from '../../terminal/cli-error.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { confirmed } from '../../terminal/prompts.ts'
import { plain } from '../../terminal/text.ts'
import { type AccountStep, diffAccounts, takesPassword } from './account-diff.ts'
import { applyStep } from './apply-step.ts'
import { stepText } from './diff-text.ts'
import { passwordsFor, readPasswordsFile } from './passwords.ts'
import { readAccountFile } from './read-account-file.ts'
import { storedAccounts } from './stored-accounts.ts'

interface ApplyOptions {
  readonly dryRun?: true
  readonly check?: true
  readonly prune?: true
  readonly yes?: true
  readonly passwords?: string
}

const help = `
Host, protocol (IMAP or POP3), mailbox and folder identify an account. If you change one of them, it is a different account.
Accounts that are not in the file are left alone unless you pass --prune. Existing accounts keep their passwords. If an
account changes to a type without encryption, or from OAuth2 to a password, its password is needed as for a new account.

Accounts with an \`oauth2Profile\` have no password. Connect each new one with postmaster oauth2 connect.

The password for a new account comes from the --passwords file (YAML or JSON, mode 0600, \`account name: password\`), from a
variable such as POSTMASTER_PASSWORD_DESK_EXAMPLE_ORG_AT_MAIL_EXAMPLE_ORG, or from a prompt, in this order. The account's
name is the one in the diff: \`desk@example.org at mail.example.org\`.

In the diff, + marks accounts to create, ~ to change and - to delete. If an account fails, the command continues with the
others and exits with code 1.

Examples:
  postmaster accounts apply accounts.yaml --dry-run
  postmaster accounts apply accounts.yaml --check          in CI: exit code 1 if the deployment differs from the file
  postmaster accounts apply accounts.yaml --passwords passwords.yaml
  postmaster accounts apply accounts.yaml --prune --yes`

export const applyAccountsCommand = (output: CommandOutput): Command =>
  new Command('apply')
    .description('create and change mail accounts so that they match a YAML file')
    .argument('<file>', 'file in the format of `postmaster accounts export`; `-` for standard input')
    .option('--dry-run', 'only show what would change')
    .option('--check', 'like --dry-run, but with exit code 1 if anything would change')
    .option('--prune', 'delete accounts that are not in the file')
    .option('--yes', 'delete without confirmation')
    .option('--passwords <file>', 'file with the passwords of accounts that need one')
    .addHelpText('after', help)
    .action(async (file: string, options: ApplyOptions, command: Command) => {
      const api = connected(command)
      const source = { name: file === '-' ? 'standard input' : file, source: read(file) }
      const steps = diffAccounts(await storedAccounts(api), readAccountFile(source, await knownTo(api)), {
        prune: options.prune ?? false,
      })
      if (options.dryRun || options.check) return showSteps(steps, options.check ?? false, output)
      const needed = steps.filter(takesPassword).map(({ name }) => name)
      const known = options.passwords === undefined ? new Map<string, string>() : readPasswordsFile(options.passwords)
      const passwords = await passwordsFor(needed, { file: known })
      const deletes = counted(steps, 'delete')
      if (deletes > 0 && !(await confirmed(`Delete ${accounts(deletes)}?`, options.yes))) return
      await applySteps(steps, passwords, api, output)
    })

const showSteps = (steps: readonly AccountStep[], check: boolean, { out }: CommandOutput): void => {
  for (const text of steps.map(stepText)) if (text !== undefined) out(text)
  out(
    `To create: ${counted(steps, 'create')}, to change: ${counted(steps, 'change')}, to delete: ${counted(steps, 'delete')}, ${restOf(steps)}.`,
  )
  if (check && steps.some(({ kind }) => kind !== 'nothing'))
    throw new CliError('The accounts do not match the file.', exitCodes.failed)
}

/** @throws CliError if any step failed; the successful steps are not undone */
const applySteps = async (
  steps: readonly AccountStep[],
  passwords: ReadonlyMap<string, string>,
  api: ApiClient,
  { out, err }: CommandOutput,
): Promise<void> => {
  const done: AccountStep[] = []
  let [failed, exitCode]: [number, number] = [0, exitCodes.done]
  for (const step of steps) {
    try {
      await applyStep(step, passwords, api)
      done.push(step)
      const text = stepText(step)
      if (text !== undefined) out(text)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      failed += 1
      exitCode = error.exitCode
      err(`${plain(step.name)} failed: ${error.message}\n`)
      // Every further step would fail in the same way.
      if (exitCode === exitCodes.unreachable) break
    }
  }
  out(
    `Created: ${counted(done, 'create')}, changed: ${counted(done, 'change')}, deleted: ${counted(done, 'delete')}, ${restOf(done)}.`,
  )
  if (failed === 0) return
  const missed = steps.length - done.length - failed
  throw new CliError(
    `${accounts(failed)} failed${missed === 0 ? '' : `, ${missed} not tried`}. Fix the problem and apply the file again.`,
    exitCode,
  )
}

const counted = (steps: readonly AccountStep[], kind: AccountStep['kind']) =>
  steps.filter((step) => step.kind === kind).length

const restOf = (steps: readonly AccountStep[]): string => {
  const same = steps.filter((step) => step.kind === 'nothing' && step.described).length
  const others = counted(steps, 'nothing') - same
  return `unchanged: ${same}${others === 0 ? '' : `, not in the file and left alone: ${others}`}`
}

const accounts = (count: number) => `${count} ${count === 1 ? 'account' : 'accounts'}`

const knownTo = async (api: ApiClient) => {
  const queues = await api.all('/queues?limit=100', queueAnswerSchema)
  const profiles = await api.all('/oauth2/profiles?limit=100', profileAnswerSchema)
  return {
    queues: queues.map(({ queueId, name }) => ({ queueId, name })),
    profiles: profiles.map(({ profileId, name }) => ({ profileId, name })),
  }
}

const read = (file: string): string => {
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file, 'utf8')
  } catch {
    throw new CliError(`${file === '-' ? 'Standard input' : file} cannot be read.`, exitCodes.usage)
  }
}
