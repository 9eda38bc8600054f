/**
 * The members of mailsplit's nodes and splitter that we use. They are not part of its documented interface, so the
 * versions of mailparser and mailsplit are pinned, and the tests of `mailParts` fail if the members change.
 */
export interface SplitterNode {
  readonly parentNode: SplitterNode | false
  /** False until they have been parsed. */
  readonly headers: unknown
  _headersLines: Buffer[]
  _headerlen: number
  /** False if the node has no parts. */
  _boundary: Buffer | false
  addHeaderChunk(line: Buffer): boolean
  parseHeaders(): void
}

export interface Splitter {
  readonly node: SplitterNode
  newNode(parent?: SplitterNode | false): void
  push(node: SplitterNode): boolean
}

/** What the splitter passes to mailparser: a node, content of a leaf (`body`), or content outside leaves (`data`). */
export type SplitterChunk =
  | (SplitterNode & { readonly type: 'node' })
  | { readonly type: 'body' | 'data'; readonly node: SplitterNode; readonly value: Buffer }
