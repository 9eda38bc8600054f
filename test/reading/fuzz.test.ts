import { describeFuzz } from './fuzz/describe-fuzz.ts'

// fuzz.nightly.test.ts reads more messages, with a different seed each time.
describeFuzz(3_000, 1)
