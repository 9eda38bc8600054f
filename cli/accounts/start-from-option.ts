import * as z from 'zod'
import { isoTimeOf } from '../../lib/text/iso-time.ts'

const sinceSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

/** @returns the API's `startFrom` for `everything`, `new`, a day or a time, and undefined for anything else */
export const startFromOf = (text: string): 'everything' | 'new' | { since: string } | undefined => {
  if (text === 'everything' || text === 'new') return text
  const since = sinceSchema.safeParse(text).success ? isoTimeOf(new Date(text)) : undefined
  return since === undefined ? undefined : { since }
}
