import { describeTickWith } from './many-accounts.ts'

describeTickWith(10_000)
