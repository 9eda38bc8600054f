import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import type { OperatorAlarm } from './alarms.ts'
import { fiveMinutes } from './metrics.ts'

/** Within five minutes. One failed request may be a deployment or a slow table, and clients repeat it. */
const failedRequests = 5

/** Alarms on the API, which the admin page, the command line and the agents use. */
export const apiAlarms = (gateway: HttpApi): OperatorAlarm[] => [
  {
    name: 'ApiFails',
    metric: gateway.metricServerError({ statistic: 'Sum', period: fiveMinutes }),
    threshold: failedRequests,
    impact:
      'The admin page and the command line fail for some requests, and agents may collect mail late. Fetching is not affected.',
    action:
      'Find the route in the access log, and then the request id in the log of its function, which contains the cause.',
    section: 'The API fails',
  },
]
