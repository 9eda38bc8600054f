import { describePairs } from './describe-pairs.ts'

// pairs.nightly.test.ts takes all pairs.
describePairs(13)
