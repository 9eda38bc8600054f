import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { isSystemError } from '../host/system-error.ts'
import { Journal } from './journal.ts'
import { lockFolder } from './lock.ts'
import { openStateFolder, removeLeftMail } from './state-folder.ts'

export interface State {
  readonly journal: Journal
  /** The folder for mail that is being handed over. */
  readonly mail: string
  readonly close: () => void
}

/** Reserves a state folder and reads its journal. @throws CliError if it is in use, damaged or not writable */
export const openState = (folder: string): State => {
  const state = openStateFolder(folder)
  let release: (() => void) | undefined
  try {
    release = lockFolder(state.folder)
    const unlock = release
    const journal = new Journal(state.folder)
    removeLeftMail(state)
    const close = () => {
      journal.close()
      unlock()
    }
    return { journal, mail: state.mail, close }
  } catch (error) {
    release?.()
    if (!isSystemError(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EIO')) throw error
    throw new CliError(
      `The state folder ${folder} cannot be used: ${error.code}. Make room on its disk, and let the agent’s user write to it.`,
      exitCodes.failed,
    )
  }
}
