/**
 * Interrupted requests leave a few secrets without an owner, and a small deployment must be able to delete them without
 * an operator.
 */
const alwaysRemoved = 3
/** In percent of all secrets of one kind. */
const shareAlwaysRemoved = 5

/**
 * @param orphans the number of secrets that have no account or profile
 * @param all the number of all secrets of the kind
 * @returns true if the number of orphans suggests a restored table instead of interrupted requests. In that case, an
 * operator must confirm the deletion.
 */
export const areTooMany = (orphans: number, all: number): boolean =>
  orphans > alwaysRemoved && orphans * 100 > all * shareAlwaysRemoved
