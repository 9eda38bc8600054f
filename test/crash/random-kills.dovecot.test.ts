import { describeRandomKills } from './describe-random-kills.ts'

// More of them: random-kills.dovecot.nightly.test.ts.
describeRandomKills(2, 40)
