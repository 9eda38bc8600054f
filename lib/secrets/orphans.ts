/** Interrupted requests leave a few secrets without an owner, and a small deployment must get rid of them without help. */
const alwaysRemoved = 3
/** In percent of all secrets of one kind. */
const shareAlwaysRemoved = 5

/**
 * @param orphans how many secrets have no account or profile
 * @param all how many secrets of the kind there are
 * @returns true when this many orphans look like a restored table rather than like interrupted requests: an operator must
 *   look before any of them is removed
 */
export const areTooMany = (orphans: number, all: number): boolean =>
  orphans > alwaysRemoved && orphans * 100 > all * shareAlwaysRemoved
