import { comparableName } from './comparable-name.ts'
import { oneLineText } from './one-line-text.ts'

/** Characters. Names become keys of the tables; a ligature can spell out to eighteen letters, and a sort key holds 1,024 bytes. */
const longestName = 200

/** The name of something that no two of its kind share; see comparableName. */
export const uniqueName = oneLineText
  .trim()
  .min(1)
  .max(longestName)
  .refine((name) => comparableName(name) !== '', 'must contain a visible character')
  .refine(
    (name) => comparableName(name).length <= longestName,
    `must be at most ${longestName} characters long with its ligatures spelled out`,
  )
