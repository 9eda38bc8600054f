import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // One more than the two cores of the developers' machines: many tests wait for servers and processes. More would disturb those that time silence.
    maxWorkers: 3,
    pool: 'forks',
  },
})
