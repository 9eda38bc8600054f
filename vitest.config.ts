import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only for tests that hang: a busy machine needs many times what an idle one does, and no test may fail for that. A test
    // that has to be quick measures itself.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more than the two cores of the developers' machines: many tests wait for servers and processes. More would disturb those that time silence.
    maxWorkers: 3,
    pool: 'forks',
    // Otherwise, tests would use the logins of the person who runs them, and note their stacks beside them.
    env: { XDG_CONFIG_HOME: join(tmpdir(), 'postmaster-test-config') },
  },
})
