import { it } from 'vitest'
import { checkRequests } from './many-accounts.ts'

it('a tick, the overview and following changes send a handful of requests, whatever the number of accounts', async () => {
  await checkRequests(1)
})
