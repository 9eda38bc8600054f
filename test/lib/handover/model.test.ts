import { describeModel } from './model/describe-model.ts'

// model.nightly.test.ts explores more runs, with a different seed each time.
describeModel({ runs: 2_000, seed: 1 })
