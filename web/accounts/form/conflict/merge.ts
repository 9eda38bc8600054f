import type { AccountDraft } from '../draft/draft.ts'
import { type SettingNames, settings } from './settings.ts'

export type Choice = 'mine' | 'theirs'

/** A setting that the other person changed, in the words of the form. */
export interface Difference {
  readonly id: string
  readonly label: string
  readonly mine: string
  readonly theirs: string
  /** Theirs if only they changed it. If both did, one's own input is kept until the person decides otherwise. */
  readonly proposed: Choice
}

/** @returns the settings that another person changed and that differ from one's own input */
export const differencesOf = (
  { base, mine, theirs }: { base: AccountDraft; mine: AccountDraft; theirs: AccountDraft },
  names: SettingNames,
): Difference[] =>
  settings
    .filter(({ fields }) => !same(fields, base, theirs) && !same(fields, mine, theirs))
    .map(({ id, label, fields, words }) => ({
      id,
      label,
      mine: words(mine, names),
      theirs: words(theirs, names),
      proposed: same(fields, base, mine) ? 'theirs' : 'mine',
    }))

/** @returns one's own input with the settings of the other person where theirs were chosen */
export const merged = (
  { mine, theirs }: { mine: AccountDraft; theirs: AccountDraft },
  chosen: Readonly<Record<string, Choice>>,
): AccountDraft => {
  const taken = settings.filter(({ id }) => chosen[id] === 'theirs').flatMap(({ fields }) => fields)
  return { ...mine, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) }
}

const same = (fields: readonly (keyof AccountDraft)[], one: AccountDraft, other: AccountDraft): boolean =>
  fields.every((field) => one[field] === other[field])
