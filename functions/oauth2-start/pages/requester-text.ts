import type { About } from '../../../lib/oauth2/consent/outcome.ts'

/** Names can be chosen freely or reused. With the id, people can ask their IT department who the admin is. */
export const requesterText = ({
  requestedBy,
  requestedBySub,
}: Pick<About, 'requestedBy' | 'requestedBySub'>): string =>
  requestedBySub === undefined || requestedBySub === requestedBy
    ? requestedBy
    : `${requestedBy} (sign-in id ${requestedBySub})`
