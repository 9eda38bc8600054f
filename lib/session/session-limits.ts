/** In seconds. How long a person has at the issuer's sign-in pages, for example to find a second factor. */
export const signInLifetime = 10 * 60

/**
 * In seconds. A session ends this long after the person signed in, even if it is used, so that a forgotten browser does
 * not stay signed in for longer than a working day. An issuer can end it earlier.
 */
export const sessionLifetime = 12 * 60 * 60

/**
 * In characters. An HTTP API accepts 10,240 bytes of request line and header fields in total. A browser's own fields
 * take about 1,200 of them, the access token about 2,000, and the cookies of pending sign-ins about 700 each.
 */
export const longestSealedSession = 5_500

/** In characters. Longer addresses do not occur in the page, and the login cookie must stay small. */
export const longestReturnTo = 500

/** In characters of a hint for the issuer, for example an email address. */
export const longestHint = 254

/** How many sign-ins one browser can begin before it has finished one of them, for example in several tabs. */
export const mostPendingSignIns = 3
