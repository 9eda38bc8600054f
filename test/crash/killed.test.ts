import { describeKilledRuns } from './killed-runs.ts'

// Before anything is stored, between store and announcement, after the announcement and before the server deletes, after
// that and before the first mark, and between two marks. killed.nightly.test.ts covers every other step.
describeKilledRuns([
  ['fetch', 7],
  ['row', 7],
  ['announce', 12],
  ['delete', 1],
  ['mark', 7],
])
