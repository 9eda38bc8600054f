/**
 * Seconds. The link may be mailed to the owner of the mailbox, who reads it tomorrow. Who finds it can do no more than its owner: only a login to
 * that very mailbox makes a connection.
 */
export const ticketLifetime = 24 * 60 * 60

/** Seconds. For a password, a second factor, and reading what is asked; RFC 6749 section 4.1.2 lets codes live as long. */
export const attemptLifetime = 10 * 60

/** Round trips with one link: more than anybody needs, and few enough that a link found by a script costs nothing. */
export const attemptsPerTicket = 20

/** Seconds after which a completion that has not ended was interrupted: the function is stopped after 29. */
export const completionLimit = 40

/** Characters. Microsoft's codes have some 1,500; API Gateway takes 10 KB for a request's line and headers together. */
export const longestCode = 4096
