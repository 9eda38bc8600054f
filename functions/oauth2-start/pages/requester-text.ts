import type { About } from '../../../lib/oauth2/consent/outcome.ts'

/** The admin's name can be chosen or inherited; the id beside it lets the person ask their own IT whose it is. */
export const requesterText = ({
  requestedBy,
  requestedBySub,
}: Pick<About, 'requestedBy' | 'requestedBySub'>): string =>
  requestedBySub === undefined || requestedBySub === requestedBy
    ? requestedBy
    : `${requestedBy} (sign-in id ${requestedBySub})`
