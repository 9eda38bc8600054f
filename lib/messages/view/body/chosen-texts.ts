import type { Container } from '../parts/leaf-parser.ts'
import type { BodyKind } from './body-kind.ts'

/** One text of the body, decoded. */
export interface BodyLeaf {
  readonly kind: BodyKind
  readonly containers: readonly Container[]
  readonly content: string
  /** Whether the text was shortened. */
  readonly truncated: boolean
}

/**
 * Chooses the texts that make up one form of the body, in order. All texts are shown one after the other (RFC 2046
 * section 5.1.3), but only one branch of each `multipart/alternative` is shown. If several branches are equally
 * suitable, the last one counts, because the sender puts the best form last (RFC 2046 section 5.1.4).
 * @param form `text` prefers plain text, and `html` prefers HTML
 */
export const chosenTexts = (leaves: readonly BodyLeaf[], form: 'text' | 'html'): BodyLeaf[] => {
  const hidden = new Set<BodyLeaf>()
  for (const branches of alternativesIn(leaves)) {
    const shown = branches.map((branch) => branch.filter((leaf) => !hidden.has(leaf)))
    const best = bestOf(shown, form)
    for (const branch of shown) if (branch !== best) for (const leaf of branch) hidden.add(leaf)
  }
  return leaves.filter((leaf) => !hidden.has(leaf))
}

/** Lists the branches of each alternative. Inner alternatives come before the alternatives that contain them. */
const alternativesIn = (leaves: readonly BodyLeaf[]): BodyLeaf[][][] => {
  const alternatives = new Map<Container, Map<Container | BodyLeaf, BodyLeaf[]>>()
  for (const leaf of leaves) {
    for (const [depth, container] of leaf.containers.entries()) {
      if (container.contentType !== 'multipart/alternative') continue
      const branches = alternatives.get(container) ?? new Map<Container | BodyLeaf, BodyLeaf[]>()
      const child = leaf.containers[depth + 1] ?? leaf
      const branch = branches.get(child)
      if (branch) branch.push(leaf)
      else branches.set(child, [leaf])
      alternatives.set(container, branches)
    }
  }
  return [...alternatives.values()].map((branches) => [...branches.values()]).reverse()
}

const bestOf = (branches: readonly BodyLeaf[][], form: 'text' | 'html'): readonly BodyLeaf[] | undefined => {
  const suitabilities = branches.map((branch) => suitabilityOf(branch, form))
  return branches[suitabilities.lastIndexOf(Math.max(...suitabilities))]
}

const suitability = {
  text: { html: 1, other: 2, plain: 3 },
  html: { other: 1, plain: 2, html: 3 },
} as const

/**
 * Rates a branch. A branch without words is the least suitable, because some programs send an empty form beside the
 * real one. A single HTML part makes the whole branch HTML: the best choice for HTML, and the worst for text.
 */
const suitabilityOf = (branch: readonly BodyLeaf[], form: 'text' | 'html'): number => {
  const ranks = branch.filter(({ content }) => content.trim() !== '').map(({ kind }) => suitability[form][kind])
  if (ranks.length === 0) return 0
  return form === 'text' ? Math.min(...ranks) : Math.max(...ranks)
}
