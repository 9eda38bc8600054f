import { describeTickWith } from './many-accounts.ts'

describeTickWith(1_000)
