import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseEnvironment, requiredText } from '../../../functions/shared/parse-environment.ts'

const schema = z.object({
  ACCOUNTS_TABLE: requiredText,
  RUNS_TABLE: requiredText,
  TICK_MINUTES: z.coerce.number().int(),
})

describe('parseEnvironment', () => {
  it('gives the values in their types and nothing else', () => {
    const environment = { ACCOUNTS_TABLE: 'a', RUNS_TABLE: 'r', TICK_MINUTES: '10', OTHER: 'x' }
    expect(parseEnvironment(schema, environment)).toEqual({ ACCOUNTS_TABLE: 'a', RUNS_TABLE: 'r', TICK_MINUTES: 10 })
  })

  it('names every variable that is missing or wrong, and no value', () => {
    const parse = () => parseEnvironment(schema, { RUNS_TABLE: '', TICK_MINUTES: 'sixteen' })
    expect(parse).toThrow('ACCOUNTS_TABLE is missing, RUNS_TABLE has a wrong value, TICK_MINUTES has a wrong value')
    expect(parse).not.toThrow('sixteen')
  })
})
