import * as z from 'zod'

/**
 * Explains a failure or a warning to programs and to people. The names follow RFC 9457: `detail` is a sentence, never a
 * stored mail.
 */
export interface Reason<Code extends string = string> {
  /** Stable, so programs and the runbook can refer to it. */
  readonly code: Code
  /** What happened, in full sentences. */
  readonly detail: string
  /** What a person can do about it. */
  readonly remedy: string
}

/** @returns only the reason, without the other fields of an error or a finding */
export const reasonOf = ({ code, detail, remedy }: Reason): Reason => ({ code, detail, remedy })

/** A reason in a stored row or a queue message. Documented schemas add descriptions and examples to these fields. */
export const reasonSchema = z.object({ code: z.string(), detail: z.string(), remedy: z.string() })
