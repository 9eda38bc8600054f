import { describeModel } from './model/describe-model.ts'

describeModel({ runs: 50_000, seed: Date.now() % 1_000_000_000, messages: 6 })
