import { expect, it, vi } from 'vitest'
import { captureOutput } from './captured-output.ts'

it('captureOutput collects what the streams and the console write, until the mocks are restored', () => {
  const written = captureOutput()
  process.stdout.write('to stdout')
  process.stderr.write(Buffer.from('to stderr'))
  console.warn('a warning', 7)
  vi.restoreAllMocks()
  process.stdout.write('')
  expect(written).toEqual(['to stdout', 'to stderr', 'a warning 7'])
})
