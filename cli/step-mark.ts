import pc from 'picocolors'

const marks: Readonly<Record<string, string>> = { passed: pc.green('ok'), failed: pc.red('!!') }

/** Two characters in front of a step that `passed`, `failed` or was not tried. */
export const stepMark = (state: string): string => marks[state] ?? pc.dim('--')
