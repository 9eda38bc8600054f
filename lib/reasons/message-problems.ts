import type { CataloguedProblem } from './catalogued-problem.ts'

/** The problems of stored messages and their raw mail. */
export const messageProblems = {
  'message-under-way': {
    status: 409,
    title: 'The message is still being announced or planned',
    remedy: 'Try again in a few minutes. If that does not help, look for problems in the overview.',
    when: 'The message would be erased before it was announced and its deliveries were planned.',
    example: 'The message has been stored but is not announced yet.',
  },
  'count-differs': {
    status: 409,
    title: 'Another number of messages matches',
    remedy: 'Check the messages that match now, and send their number as `expected`.',
    when: 'The number of messages that match the filters is not the number that the request expects.',
    example: '12 messages match, but the request expects 10.',
  },
  'message-erased': {
    status: 410,
    title: 'The message was erased',
    remedy: 'The content cannot be restored. Only the record that the message existed is left.',
    when: 'An admin erased the content of the message.',
    example: 'jane@example.com erased the message at 2026-03-09T10:00:00.000Z.',
  },
  'raw-mail-expired': {
    status: 410,
    title: 'The raw mail is no longer stored',
    remedy:
      'The raw mail cannot be restored, because its retention period has ended. Only the message’s record is left.',
    when: 'The bytes were deleted at the end of the deployment’s retention period. The message’s record is kept longer.',
    example: 'The raw mail stored at 2026-03-02T08:10:04.218Z has since been deleted.',
  },
} as const satisfies Record<string, CataloguedProblem>
