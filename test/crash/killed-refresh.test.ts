import { describeKilledRefreshes } from './killed-refreshes.ts'

// The moment that can cost a consent. killed-refresh.nightly.test.ts covers the others.
describeKilledRefreshes([
  'between the provider’s response and the write loses nothing if the provider accepts the old refresh token again',
])
