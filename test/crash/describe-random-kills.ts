import { describe, expect, it } from 'vitest'
import { killAtRandom, protocols } from './random-kills.ts'

/** A small version of `npm run kills`, with the same moments in every run. */
export const describeRandomKills = (kills: number, messages: number): void => {
  describe.each(protocols)('a %s collector killed at random moments', (type) => {
    it(`a collector loses and duplicates none of ${messages} messages in ${kills} random kills`, async () => {
      const { defects, kills: killed } = await killAtRandom({ type, kills, messages, seed: 4711 }, () => undefined)
      expect(defects).toEqual([])
      expect(killed).toBe(kills)
    })
  })
}
