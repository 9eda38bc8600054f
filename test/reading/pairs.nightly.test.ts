import { describePairs } from './describe-pairs.ts'

describePairs(1)
