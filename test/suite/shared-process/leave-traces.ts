import { expect, it, vi } from 'vitest'
import { state } from './state.ts'

const variable = 'POSTMASTER_TEST_TRACE'

/** Expects the process as no other file has left it, and then leaves traces itself. */
export const leaveTraces = (): void =>
  it('a test file finds no trace of another one in its process', () => {
    expect(state.isUsed).toBe(false)
    expect(process.env[variable]).toBeUndefined()
    expect(vi.isFakeTimers()).toBe(false)
    expect(vi.isMockFunction(console.debug)).toBe(false)
    expect('traceOfATest' in globalThis).toBe(false)
    expect(process.umask()).not.toBe(0o777)

    state.isUsed = true
    process.env[variable] = 'set'
    vi.useFakeTimers()
    vi.spyOn(console, 'debug')
    vi.stubGlobal('traceOfATest', true)
    process.umask(0o777)
    process.stdout.write(`process ${process.pid}\n`)
  })
