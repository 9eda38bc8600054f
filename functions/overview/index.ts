import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { accountSummaryRoutes } from './account-summary-routes.ts'
import { overviewRoutes } from './routes.ts'

const log = openLog('overview')

const notBuilt = () => Promise.reject(new Error('This route is still being built.'))

export const handler = httpFunction({
  log,
  routes: [...overviewRoutes(notBuilt), ...accountSummaryRoutes(notBuilt)],
})
