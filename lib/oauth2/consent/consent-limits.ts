/**
 * Seconds. The link may be mailed to the mailbox's owner, who may read it the next day. A stolen link is no more useful
 * than it is to its owner, because only a login to that mailbox makes a connection.
 */
export const ticketLifetime = 24 * 60 * 60

/** Seconds, for entering a password and a second factor. RFC 6749 section 4.1.2 allows codes the same lifetime. */
export const attemptLifetime = 10 * 60

/**
 * Round trips with one link: more than a person needs, and few enough that a script that finds a link causes no cost.
 */
export const attemptsPerTicket = 20

/** Seconds after which an unfinished completion counts as interrupted. The function is stopped after 29. */
export const completionLimit = 40

/**
 * Characters. Microsoft's codes have about 1,500. API Gateway accepts 10 KB for a request's line and headers together.
 */
export const longestCode = 4096
