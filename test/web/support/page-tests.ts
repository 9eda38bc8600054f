import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { assembly, assemblyLimitMs } from '../../support/assembly.ts'
import { PageWorld, type PageWorldOptions } from './page-world.ts'

/**
 * Starts a world for the tests of a file, and stops it after them. Each test fails if one of its tabs wrote to the
 * console or requested something from another origin.
 * @returns the world, which exists once the first test begins
 */
export const pageTests = (options: PageWorldOptions = {}): (() => PageWorld) => {
  let world: PageWorld | undefined
  const started = (): PageWorld => {
    if (world === undefined) throw new Error('The world of this file has not started.')
    return world
  }
  beforeAll(async () => {
    await assembly()
    world = await PageWorld.start(options)
  }, assemblyLimitMs)
  afterEach(async () => expect(await started().browser.closePages()).toEqual([]))
  afterAll(async () => await world?.[Symbol.asyncDispose]())
  return started
}
