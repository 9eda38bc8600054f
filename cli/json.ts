import { withMisleadingEscaped } from './terminal-text.ts'

/** For `--json`: the same value to every reader of JSON, and harmless on a screen. */
export const jsonText = (value: unknown): string => withMisleadingEscaped(JSON.stringify(value, null, 2))
