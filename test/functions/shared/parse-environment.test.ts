import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseEnvironment, requiredText } from '../../../functions/shared/parse-environment.ts'

const schema = z.object({
  ACCOUNTS_TABLE: requiredText,
  RUNS_TABLE: requiredText,
  TICK_MINUTES: z.coerce.number().int(),
})

describe('parseEnvironment', () => {
  it('parseEnvironment returns the typed values and no others', () => {
    const environment = { ACCOUNTS_TABLE: 'a', RUNS_TABLE: 'r', TICK_MINUTES: '10', OTHER: 'x' }
    expect(parseEnvironment(schema, environment)).toEqual({ ACCOUNTS_TABLE: 'a', RUNS_TABLE: 'r', TICK_MINUTES: 10 })
  })

  it('parseEnvironment reports every missing or invalid variable, but no value', () => {
    const parse = () => parseEnvironment(schema, { RUNS_TABLE: '', TICK_MINUTES: 'sixteen' })
    expect(parse).toThrow(
      'ACCOUNTS_TABLE is missing, RUNS_TABLE has an invalid value, TICK_MINUTES has an invalid value',
    )
    expect(parse).not.toThrow('sixteen')
  })
})
