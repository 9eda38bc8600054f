import { type Overview, overviewSchema } from '../../lib/overview/overview.ts'
import { type Route, route } from '../shared/http/route.ts'

export const overviewRoutes = (read: () => Promise<Overview>): Route[] => [
  route({
    method: 'GET',
    path: '/overview',
    role: 'reader',
    operation: 'readOverview',
    summary: 'Read the overview',
    description:
      'What needs attention now, the latest tick of the schedule, and the mail of the last 24 hours by hour. The work of ' +
      'this request does not grow with the number of accounts or messages. The counts of accounts are those of the ' +
      'latest tick, at `writtenAt`. A failing account disappears as soon as a run has succeeded, and ' +
      'every other problem as soon as it is repaired.',
    answers: { 200: { description: 'The overview.', body: overviewSchema } },
    examples: [{ summary: 'The overview', status: 200 }],
    handle: async () => ({ status: 200, body: await read() }),
  }),
]
