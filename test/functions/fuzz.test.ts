import { fuzzEveryRoute } from './fuzz-routes.ts'

fuzzEveryRoute(8)
