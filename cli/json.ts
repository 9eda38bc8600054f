import { withMisleadingEscaped } from './terminal-text.ts'

/** @returns JSON for `--json` that parses to the same value and is safe to print on a terminal */
export const jsonText = (value: unknown): string => withMisleadingEscaped(JSON.stringify(value, null, 2))
