import { describeKilledRuns, everyDeath } from './killed-runs.ts'

describeKilledRuns(everyDeath)
