import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'

/** What an agent keeps between two runs: the journal, the lock and the mail that it is handing over. */
export interface StateFolder {
  readonly folder: string
  readonly mail: string
}

/** @throws CliError if the folder cannot be created */
export const openStateFolder = (folder: string): StateFolder => {
  const mail = join(folder, 'mail')
  try {
    mkdirSync(mail, { recursive: true, mode: 0o700 })
  } catch {
    throw new CliError(
      `The state folder ${folder} cannot be created. Choose a folder that the agent’s user can write to with --state, or create it: install -d -m 700 -o USER ${folder}`,
      exitCodes.usage,
    )
  }
  return { folder, mail }
}

/** Removes mail that a run left behind when it was killed. Its deliveries are leased and fetched again. */
export const removeLeftMail = ({ mail }: StateFolder): void => {
  for (const name of readdirSync(mail)) rmSync(join(mail, name), { force: true })
}
