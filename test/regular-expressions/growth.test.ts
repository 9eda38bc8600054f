import { describe, expect, it } from 'vitest'
import { growthOf, long, measureReaders, short } from './measured-growth.ts'

measureReaders(8)

describe('the growth measurement', () => {
  it('the growth measurement finds a quadratic reader', async () => {
    const quadratic = (text: string) => /\s+$/.test(text)
    const text = (length: number) => `x${' '.repeat(length)}x`
    expect(await growthOf(quadratic, text(short), text(long))).not.toBeUndefined()
  })

  it('the growth measurement does not report a slow linear reader', async () => {
    const slow = (text: string) => {
      for (let round = 0; round < 1_500; round += 1) text.replace(/[^a]/g, 'b')
    }
    expect(await growthOf(slow, 'x'.repeat(short), 'x'.repeat(long))).toBeUndefined()
  })
})
