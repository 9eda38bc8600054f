import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two workers: the developers' machines have two cores, and the wire tests time silence.
    maxWorkers: 2,
    pool: 'forks',
  },
})
