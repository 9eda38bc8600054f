import { describeKilledRefreshes } from './killed-refreshes.ts'

// The moment that can cost a consent. The others: killed-refresh.nightly.test.ts.
describeKilledRefreshes(['between the two costs nothing where the provider takes the old refresh token again'])
