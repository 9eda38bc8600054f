import { dateOnly } from '../../../shared/words/times.tsx'
import type { TestedStep } from './run-test.ts'
import { testTexts } from './texts.ts'

/** @returns the result of a step in words, with the dates of the API as the reader writes them */
export const detailOf = ({ step, state, detail, facts = {} }: TestedStep): string => {
  if (state !== 'passed') return detail
  const { version, subject, validTo, oldestAt } = facts
  if (step === 'tls' && typeof version === 'string' && typeof subject === 'string' && typeof validTo === 'string')
    return testTexts.secured(version, subject, dateOnly(validTo))
  if (step === 'oldest' && typeof oldestAt === 'string') return testTexts.oldest(dateOnly(oldestAt))
  return detail
}
