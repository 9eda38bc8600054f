import { expect, test } from 'vitest'
import { screenOf } from '../../../../web/audit/subject-path.ts'

test.each([
  ['/accounts/01JN', '/accounts/01JN'],
  ['/destinations/01JN', '/destinations/01JN'],
  ['/deliveries/01JN.abc', '/deliveries/01JN.abc'],
  ['/messages/5f0c', '/messages/5f0c'],
  ['/queues/raw', '/queues'],
  ['/default-queue', '/queues'],
  ['/system-addresses/support%40example.com', '/queues?tab=addresses'],
  ['/oauth2/profiles/01JN', '/oauth2'],
  ['/oauth2/providers/microsoft', '/oauth2?tab=providers'],
])('the subject %s of an audit entry is shown on the screen %s', (subject, screen) => {
  expect(screenOf(subject)).toBe(screen)
})

test.each(['/fetch', '/accounts/01JN/tokens', '', 'https://example.com/accounts/1'])(
  'the subject “%s” has no screen',
  (subject) => expect(screenOf(subject)).toBeUndefined(),
)
