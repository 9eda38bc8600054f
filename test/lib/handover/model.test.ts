import { describeModel } from './model/describe-model.ts'

// model.nightly.test.ts explores more runs, with a different seed each time.
describeModel({ runs: 1_500, seed: 1, messages: 3 })
