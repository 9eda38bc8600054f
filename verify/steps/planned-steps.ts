import type { PlannedStep } from '../report/journal.ts'

/** All steps in their order. */
export const plannedSteps = {
  deployment: {
    title: 'The credentials and the outputs belong to a complete deployment',
    proves: 'The AWS account is the right one, and CloudFormation has finished both stacks.',
  },
  strangers: {
    title: 'The API refuses strangers',
    proves: 'The JWT authorizer rejects requests without a token and tokens with a wrong signature.',
  },
  admin: {
    title: 'The API accepts the token of an admin',
    proves: 'The issuer, the audience and the group claim of the token are as the deployment expects.',
  },
  reader: {
    title: 'The API denies a change to a reader',
    proves: 'The roles of people are enforced.',
  },
  page: {
    title: 'The admin page answers with its security headers',
    proves: 'API Gateway serves the compressed files of the page and their headers unchanged.',
  },
  'sign-in': {
    title: 'The sign-in pages answer',
    proves: 'The domain of the user pool exists, and its client has the right addresses.',
  },
  roles: {
    title: 'The role of the fetch function allows what it needs and denies the rest',
    proves:
      'IAM evaluates the policies as the templates intend: the function may announce mail, and it may not delete raw mail.',
  },
  subscriber: {
    title: 'A queue of yours can subscribe to the announcements',
    proves: 'The topic and its encryption key let a subscriber with an ordinary queue policy receive messages.',
  },
  account: {
    title: 'A queue and a mail account can be created',
    proves: 'The API writes its tables, and Secrets Manager stores the password.',
  },
  connection: {
    title: 'Postmaster logs in to the mailbox',
    proves: 'A function reads the password, resolves the mail server and reaches it from AWS.',
  },
  'first-run': {
    title: 'A fetch run of the empty mailbox ends',
    proves: 'The fetch queue invokes the function, and the function writes the record of the run.',
  },
  mail: {
    title: 'A test mail is in the mailbox',
    proves: 'There is exactly one mail whose bytes are known.',
  },
  fetch: {
    title: 'Postmaster fetches the test mail',
    proves: 'The message is stored, dispatched to the queue of the account, and announced.',
  },
  announcement: {
    title: 'The announcement reaches the subscriber',
    proves:
      'SNS delivers through the encrypted topic, the filter by queue works, and docs/events.schema.json describes the announcement.',
  },
  raw: {
    title: 'The raw mail can be downloaded, and its hash is that of the announcement',
    proves: 'S3 has stored the exact bytes, and the link of the API works.',
  },
  server: {
    title: 'The mail server has done what the account says',
    proves: 'A message is deleted only after it was announced, or it is kept.',
  },
  schedule: {
    title: 'The schedule ticks',
    proves: 'The EventBridge rule invokes the dispatch function.',
  },
  'failed-work': {
    title: 'No event, job or announcement has been given up',
    proves: 'The failed-events queue and all dead-letter queues are empty.',
  },
  alarm: {
    title: 'An alarm that goes off reaches its topic',
    proves: 'CloudWatch may publish to the topic and use its encryption key.',
  },
  'alarm-over': {
    title: 'The end of the alarm reaches the topic as well',
    proves: 'People see that a problem is over.',
  },
} as const satisfies Readonly<Record<string, PlannedStep>>

export type StepId = keyof typeof plannedSteps
