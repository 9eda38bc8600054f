import pc from 'picocolors'

/**
 * True on terminals that support colours, unless NO_COLOR is set. By default, picocolors also colours all output in CI,
 * even in pipes and files.
 */
export const coloured = Boolean(process.stdout.hasColors?.()) && !process.env.NO_COLOR

export const colours = pc.createColors(coloured)

const marks = new Map([
  ['passed', colours.green('ok')],
  ['failed', colours.red('!!')],
])

/** @returns the two-character mark for a step that `passed`, `failed` or was not tried */
export const stepMark = (state: string): string => marks.get(state) ?? colours.dim('--')
