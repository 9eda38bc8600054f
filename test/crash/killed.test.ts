import { describeKilledRuns } from './killed-runs.ts'

// Before anything is stored, between store and announcement, and before the server deletes. killed.nightly.test.ts
// covers every other step.
describeKilledRuns([
  ['fetch', 7],
  ['row', 7],
  ['delete', 1],
])
