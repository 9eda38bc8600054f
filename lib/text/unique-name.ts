import { comparableName } from './comparable-name.ts'
import { oneLineText } from './one-line-text.ts'

/**
 * In characters. Names become table keys; a ligature can expand to eighteen letters, and a sort key has at most 1,024
 * bytes.
 */
const longestName = 200

/** A name that is unique among objects of its kind; see comparableName. */
export const uniqueName = oneLineText
  .trim()
  .min(1)
  .max(longestName)
  // Counts by name are objects, and neither JSON parsers in JavaScript nor DynamoDB's client keep this member.
  .refine((name) => name !== '__proto__', 'must not be `__proto__`')
  .refine((name) => comparableName(name) !== '', 'must contain a visible character')
  .refine(
    (name) => comparableName(name).length <= longestName,
    `must be at most ${longestName} characters long after ligatures are expanded`,
  )
