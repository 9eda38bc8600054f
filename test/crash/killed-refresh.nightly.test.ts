import { describeKilledRefreshes, everyKill } from './killed-refreshes.ts'

describeKilledRefreshes(everyKill)
