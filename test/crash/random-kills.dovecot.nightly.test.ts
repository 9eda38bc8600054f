import { describeRandomKills } from './describe-random-kills.ts'

describeRandomKills(6, 150)
