import { it } from 'vitest'
import { checkRequests } from './many-accounts.ts'

// Writing the rows alone takes a minute on a busy machine.
it('with 10,000 accounts, a tick, the overview and following changes send a handful of requests', async () => {
  await checkRequests(10)
}, 600_000)
