import pc from 'picocolors'
import { ownMember } from '../../lib/text/own-member.ts'

/**
 * True on terminals that support colours, unless NO_COLOR is set. By default, picocolors also colours all output in CI,
 * even in pipes and files.
 */
export const coloured = Boolean(process.stdout.hasColors?.()) && !process.env.NO_COLOR

export const colours = pc.createColors(coloured)

const marks: Readonly<Record<string, string>> = { passed: colours.green('ok'), failed: colours.red('!!') }

/** @returns the two-character mark for a step that `passed`, `failed` or was not tried */
export const stepMark = (state: string): string => ownMember(marks, state) ?? colours.dim('--')
