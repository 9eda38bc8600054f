import { folderNameSchema } from '../../../../lib/accounts/fields/field-formats.ts'
import type { FoundFolder } from '../../../../lib/mailbox/probe/connection-test.ts'
import { numberText } from '../../../api/answers.ts'
import { plain } from '../../../terminal/text.ts'
import { startFromOf } from '../../account-options.ts'
import { type AccountDraft, isImap } from './draft.ts'
import { asChecked, type Choice } from './questions.ts'
import type { Dialogue, Setting } from './setting.ts'

export const folderSetting: Setting = {
  name: 'Folder',
  field: 'folder',
  applies: isImap,
  shown: ({ folder = 'INBOX' }) => plain(folder),
  ask: async (draft, dialogue) => ({ folder: await askFolder(draft, dialogue, 'Folder:', draft.folder ?? 'INBOX') }),
}

/** Offers the server's folders. Without them, the user types a name. */
const askFolder = async (
  draft: AccountDraft,
  { questions, tester }: Dialogue,
  message: string,
  preset?: string,
  except?: string,
): Promise<string> => {
  const folders = (await tester.folders(draft))?.filter(({ name }) => name !== except) ?? []
  const typed = () => questions.text(message, { preset, check: asChecked(folderNameSchema) })
  if (folders.length === 0) return await typed()
  const choices: Choice<string | undefined>[] = folders.map((folder) => ({ value: folder.name, name: nameOf(folder) }))
  const other = { value: undefined, name: 'another folder' }
  return (await questions.choose(message, [...choices, other], preset)) ?? (await typed())
}

const nameOf = ({ name, messages }: FoundFolder): string =>
  messages === undefined
    ? plain(name)
    : `${plain(name)} (${numberText(messages)} ${messages === 1 ? 'message' : 'messages'})`

export const startSetting: Setting = {
  name: 'Starts from',
  field: 'startFrom',
  shown: ({ startFrom = 'everything' }) =>
    typeof startFrom === 'object'
      ? `mail since ${plain(startFrom.since.slice(0, 10))}`
      : { everything: 'all mail', new: 'only new mail' }[startFrom],
  ask: async ({ startFrom }, { questions }) => {
    const former = typeof startFrom === 'object' ? startFrom.since.slice(0, 10) : undefined
    const start = await questions.choose(
      'Which mail should be fetched?',
      [
        { value: 'everything', name: 'all mail' },
        { value: 'new', name: 'only new mail that arrives from now on' },
        { value: 'since', name: 'mail that arrived since a certain day' },
      ],
      typeof startFrom === 'object' ? 'since' : startFrom,
    )
    if (start !== 'since') return { startFrom: startFromOf(start) }
    const check = (day: string) => (startFromOf(day) === undefined ? 'Enter a day such as 2026-03-02.' : undefined)
    return { startFrom: startFromOf(await questions.text('First day:', { preset: former, check })) }
  },
}

type Action = NonNullable<AccountDraft['afterFetch']>['action']

export const afterFetchSetting: Setting = {
  name: 'After fetch',
  field: 'afterFetch',
  shown: ({ afterFetch = { action: 'delete' } }) =>
    afterFetch.action === 'move' ? `move to ${plain(afterFetch.folder)}` : afterFetch.action,
  ask: async (draft, dialogue) => {
    const { afterFetch, folder = 'INBOX' } = draft
    const action = await dialogue.questions.choose<Action>(
      'What should happen to mail after it has been fetched and stored?',
      [
        { value: 'keep', name: 'keep it on the server' },
        ...(isImap(draft) ? [{ value: 'move', name: 'move it to another folder' } as const] : []),
        { value: 'delete', name: 'delete it from the server' },
      ],
      afterFetch?.action,
    )
    if (action !== 'move') return { afterFetch: { action } }
    const preset = afterFetch?.action === 'move' ? afterFetch.folder : undefined
    return {
      afterFetch: { action, folder: await askFolder(draft, dialogue, 'Folder for fetched mail:', preset, folder) },
    }
  },
}
