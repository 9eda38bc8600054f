import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { parseRequest } from '../../../lib/requests/parse-request.ts'

const schema = z.strictObject({ name: z.string(), port: z.int() })
const other = { path: '/name', message: 'is taken' }

const fieldsOf = (value: unknown, others?: Parameters<typeof parseRequest>[2]) => {
  try {
    parseRequest(schema, value, others)
    return undefined
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'invalid-request') return error.fields
    throw error
  }
}

describe('parseRequest', () => {
  it('parseRequest returns a valid value', () => {
    expect(parseRequest(schema, { name: 'desk', port: 993 })).toEqual({ name: 'desk', port: 993 })
  })

  it('parseRequest reports the problems that the schema finds together with those that the caller found', () => {
    expect(fieldsOf({ name: 'desk', port: 'x' }, [other])).toEqual([expect.objectContaining({ path: '/port' }), other])
  })

  it('parseRequest rejects a value that only the caller found wrong', () => {
    expect(fieldsOf({ name: 'desk', port: 993 }, [other])).toEqual([other])
  })
})
