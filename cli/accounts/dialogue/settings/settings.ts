import { plain } from '../../../terminal/text.ts'
import type { AccountDraft } from './draft.ts'
import { commentSetting, dispatchingSetting, trustedSetting, validitySetting } from './handling-settings.ts'
import { customCaSetting, loginSetting, mailboxSetting, passwordSetting, usernameSetting } from './login-settings.ts'
import { afterFetchSetting, folderSetting, startSetting } from './mailbox-settings.ts'
import type { Choice } from './questions.ts'
import { hostSetting, portSetting, typeSetting } from './server-settings.ts'
import type { Dialogue, Setting } from './setting.ts'

/** What follows the connection, in the order of the reference product's screen. */
export const settingsAfterConnection: readonly Setting[] = [
  startSetting,
  afterFetchSetting,
  trustedSetting,
  dispatchingSetting,
  validitySetting,
  commentSetting,
]

const allSettings: readonly Setting[] = [
  typeSetting,
  hostSetting,
  portSetting,
  loginSetting,
  usernameSetting,
  mailboxSetting,
  passwordSetting,
  customCaSetting,
  folderSetting,
  ...settingsAfterConnection,
]

/** Characters of a value in the list of settings, which then fits into 80 columns. */
const longestShown = 50

/** Lets the user choose a setting from a list with the present values, or one of the further choices. */
export const chooseSetting = async <T extends string>(
  draft: AccountDraft,
  dialogue: Dialogue,
  further: readonly Choice<T>[],
  preset?: T,
): Promise<Setting | T> => {
  const settings = allSettings.filter(({ applies }) => applies?.(draft, dialogue) ?? true)
  const width = Math.max(...settings.map(({ name }) => name.length))
  const choices = settings.map((setting) => ({
    value: setting,
    short: setting.name,
    name: `${setting.name.padEnd(width)}  ${shortened(setting.shown(draft, dialogue))}`.trimEnd(),
  }))
  return await dialogue.questions.choose<Setting | T>('What do you want to change?', [...choices, ...further], preset)
}

const shortened = (text: string): string => {
  const line = plain(text)
  return line.length > longestShown ? `${line.slice(0, longestShown - 1)}…` : line
}
