import type { CataloguedProblem } from './catalogued-problem.ts'

/** The problems of the routes that only the admin page calls, to sign people in and out. */
export const sessionProblems = {
  'session-ended': {
    status: 401,
    title: 'The session of the admin page has ended',
    remedy: 'Sign in again.',
    when: 'The admin page requested an access token without a session, or the session is older than 12 hours, or the sign-in service has ended it.',
    example: 'There is no session, or it has ended.',
  },
  'foreign-request': {
    status: 403,
    title: 'The request does not come from the admin page',
    remedy: 'Open the admin page itself. Programs use the API with an access token of their own.',
    when: 'A request about the session of the admin page came from a page of another site, or without the header of the admin page.',
    example: 'A web page of another site sent this request.',
  },
  'issuer-misconfigured': {
    status: 502,
    title: 'The sign-in service does not give the admin page usable tokens',
    remedy:
      'Ask an operator to compare the client at the sign-in service with the section on the admin page in docs/deploying.md. `detail` contains the error code.',
    when: 'The sign-in service refused the client of the admin page, or its response cannot be used.',
    example: 'The sign-in service gave no usable token (invalid_client).',
  },
  'issuer-unavailable': {
    status: 503,
    title: 'The sign-in service does not answer',
    remedy:
      'Try again in a minute. You stay signed in. If the problem persists, ask an operator to check the sign-in service.',
    when: 'The admin page requested an access token, but the sign-in service could not be reached or reported an outage.',
    example: 'The sign-in service does not answer.',
  },
} as const satisfies Record<string, CataloguedProblem>
