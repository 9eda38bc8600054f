import { describe, expect, it } from 'vitest'
import { awkwardMessages } from '../../mail-server/awkward-messages.ts'
import { seedRows } from '../table.ts'
import { faultOf } from './invariants.ts'
import { mutatedMessage } from './mutations.ts'

/** In bytes. Larger messages are only slower. */
const largestSeed = 32 * 1024

const messages = (): string[] =>
  [...awkwardMessages(), ...seedRows()]
    .filter(({ bytes }) => bytes.length <= largestSeed)
    .map(({ bytes }) => bytes.toString('latin1'))

/** Describes reading messages that are damaged at random. To repeat a failure, pass the seed that it prints. */
export const describeFuzz = (count: number, seed: number): void => {
  describe(`reading ${count} damaged messages`, () => {
    it(
      'the view and dispatching read each message in time, agree on its header, and show nothing dangerous',
      async () => {
        const seeds = messages()
        for (let number = 0; number < count; number += 1) {
          const bytes = mutatedMessage(seeds, seed, number)
          const fault = await faultOf(bytes)
          if (fault !== undefined)
            expect.fail(`seed ${seed}, message ${number}: ${fault}\n${JSON.stringify(bytes.toString('latin1'))}`)
        }
      },
      60 * 60_000,
    )
  })
}
