import { describeRandomKills } from './describe-random-kills.ts'

// random-kills.dovecot.nightly.test.ts has more kills.
describeRandomKills(2, 40)
