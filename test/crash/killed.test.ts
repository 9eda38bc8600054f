import { describeKilledRuns } from './killed-runs.ts'

// Before anything is stored, between store and announcement, and before the server deletes. Every other step:
// killed.nightly.test.ts.
describeKilledRuns([
  ['fetch', 7],
  ['row', 7],
  ['delete', 1],
])
