import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** @returns the user's folder for the settings of Postmaster (XDG Base Directory Specification) */
export const configFolder = (environment: NodeJS.ProcessEnv = process.env): string => {
  const { XDG_CONFIG_HOME = '', APPDATA = '' } = environment
  // The specification says to ignore relative paths.
  if (isAbsolute(XDG_CONFIG_HOME)) return join(XDG_CONFIG_HOME, 'postmaster')
  if (process.platform === 'win32' && APPDATA !== '') return join(APPDATA, 'postmaster')
  return join(homedir(), '.config', 'postmaster')
}
