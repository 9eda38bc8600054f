import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { meRoutes } from './routes.ts'

export const handler = httpFunction({ log: openLog('me'), routes: meRoutes() })
