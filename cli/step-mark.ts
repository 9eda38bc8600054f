import { ownMember } from '../lib/text/own-member.ts'
import { colours } from './colours.ts'

const marks: Readonly<Record<string, string>> = { passed: colours.green('ok'), failed: colours.red('!!') }

/** @returns the two-character mark for a step that `passed`, `failed` or was not tried */
export const stepMark = (state: string): string => ownMember(marks, state) ?? colours.dim('--')
