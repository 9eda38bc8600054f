import { readEnvironment } from '../environment.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { meRoutes } from './routes.ts'

const { DEPLOYMENT_NAME } = readEnvironment(['DEPLOYMENT_NAME'])

export const handler = httpFunction({ log: openLog('me'), routes: meRoutes(DEPLOYMENT_NAME) })
