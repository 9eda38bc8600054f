import { describeFuzz } from './fuzz/describe-fuzz.ts'

describeFuzz(200_000, Date.now() % 1_000_000)
