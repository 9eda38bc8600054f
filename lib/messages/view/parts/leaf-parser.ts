import type { Readable } from 'node:stream'
import { type AttachmentStream, MailParser } from 'mailparser'
import { MimeLines } from './mime-lines.ts'
import { type PartHeader, partHeaderOf } from './part-header.ts'

/** A multipart in the MIME tree. Each multipart is one object, so that the containers of two leaves can be compared. */
export interface Container {
  /** In lower case, without parameters. */
  readonly contentType: string
  /** The container's position among its siblings, starting at 0. */
  readonly position: number
}

/** The header of a leaf, and the leaf's place in the MIME tree. */
export interface Leaf extends PartHeader {
  /** The multiparts around the leaf, outermost first. */
  readonly containers: readonly Container[]
  /** The leaf's position among its siblings, starting at 0. */
  readonly position: number
  /** The first bytes of the content, if no blank line separates them from the header. */
  readonly start: Buffer
}

/** In bytes. A header may have any length, but each of its lines must fit into memory. */
const lineLimit = 8 * 1024 * 1024
/**
 * In bytes. A line of mail has at most 998 bytes (RFC 5322 section 2.1.1), so a longer boundary cannot delimit
 * anything. The parser keeps the boundaries of all parts.
 */
const boundaryLimit = 998

/** The members of mailsplit's node that this file uses. */
interface SplitterNode {
  readonly parentNode: SplitterNode | false
  /** False until the headers have been parsed. */
  readonly headers: unknown
  _headersLines: Buffer[]
  _headerlen: number
  _boundary: Buffer | false
  addHeaderChunk(line: Buffer): boolean
  parseHeaders(): void
}

/** The members of mailsplit's splitter that this file uses. */
interface Splitter {
  readonly node: SplitterNode
  newNode(parent?: SplitterNode | false): void
  push(node: SplitterNode): boolean
}

interface Branch extends Container {
  readonly boundary: Buffer | undefined
  children: number
}

/**
 * A parser that only separates parts and decodes base64 and quoted-printable. It streams every leaf as an attachment
 * (RFC 2183) whose Content-ID is the number of the leaf.
 *
 * We read the headers ourselves, so that a malformed type, a guess from a file name or a large header does not change
 * what the parser does. In place of each part's header, the parser receives one that we write: `multipart/mixed` for
 * containers, and an attachment of no particular type for leaves. The only way to do this is to replace three methods
 * of the nodes of mailsplit, which mailparser uses. They are not part of the documented interface, so the versions of
 * both packages are pinned, and the tests of `mailParts` fail if the methods change.
 */
export class LeafParser extends MailParser {
  declare readonly splitter: Splitter
  readonly #branches = new WeakMap<SplitterNode, Branch>()
  readonly #leaves = new Map<string, Leaf>()
  #leafCount = 0

  /** @param nodeLimit the maximum number of leaves and containers */
  constructor(nodeLimit: number) {
    super({
      ignoreEmbedded: true,
      keepDeliveryStatus: true,
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      checksumAlgo: false,
      maxHeadSize: lineLimit,
      maxChildNodes: nodeLimit,
    })
    const { splitter } = this
    const newNode = splitter.newNode.bind(splitter)
    splitter.newNode = (parent) => {
      const { node } = splitter
      // A part that consists of a header without a blank line is empty, not absent.
      if (node._headerlen > 0 && !node.headers) {
        node.parseHeaders()
        splitter.push(node)
      }
      newNode(parent)
      this.#adapt(splitter.node)
    }
    this.#adapt(splitter.node)
  }

  /** Yields the leaves in order. Read the content to its end, and release the leaf, before requesting the next one. */
  async *leaves(): AsyncGenerator<{ readonly leaf: Leaf; readonly content: Readable; readonly release: () => void }> {
    for await (const item of this as AsyncIterable<{ readonly type: string }>) {
      if (!isAttachment(item)) continue
      const leaf = this.#leaves.get(item.cid ?? '')
      this.#leaves.delete(item.cid ?? '')
      if (leaf) yield { leaf, content: item.content, release: () => item.release?.() }
    }
  }

  #adapt(node: SplitterNode): void {
    const lines = new MimeLines({ isMessage: !node.parentNode })
    const parseHeaders = node.parseHeaders.bind(node)
    node.addHeaderChunk = (line) => {
      node._headerlen += line.length
      return lines.add(line)
    }
    node.parseHeaders = () => {
      if (node.headers) return
      const fields = this.#place(node, lines)
      const header = Buffer.from(`${fields.join('\r\n')}\r\n\r\n`)
      node._headersLines = [header]
      node._headerlen = header.length
      parseHeaders()
      node._boundary = this.#branches.get(node)?.boundary ?? false
    }
  }

  /**
   * Finds the node's place in the tree.
   * @returns the header fields that the parser reads in place of the node's own
   */
  #place(node: SplitterNode, { fields, text }: MimeLines): string[] {
    const parent = node.parentNode ? this.#branches.get(node.parentNode) : undefined
    const header = partHeaderOf(fields, { inDigest: parent?.contentType === 'multipart/digest' })
    const position = parent ? parent.children++ : 0
    if (!header.contentType.startsWith('multipart/')) return this.#addLeaf(node, { ...header, position, start: text })
    const boundary = boundaryOf(header)
    // Nothing separates the parts of a multipart without a boundary, so its type is invalid, and an invalid type means
    // plain text (RFC 2045 section 5.2). This does not apply to the message itself, which has a fallback of its own.
    if (parent && !boundary) return this.#addLeaf(node, { ...header, position, start: text, contentType: 'text/plain' })
    this.#branches.set(node, { contentType: header.contentType, position, boundary, children: 0 })
    return ['Content-Type: multipart/mixed']
  }

  #addLeaf(node: SplitterNode, leaf: Omit<Leaf, 'containers'>): string[] {
    this.#leafCount += 1
    const cid = String(this.#leafCount)
    this.#leaves.set(cid, { ...leaf, containers: this.#containersOf(node) })
    return [
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment',
      `Content-ID: <${cid}>`,
      `Content-Transfer-Encoding: ${decodedByParser.has(leaf.encoding) ? leaf.encoding : 'binary'}`,
    ]
  }

  #containersOf(node: SplitterNode): Container[] {
    const containers: Container[] = []
    for (let at = node.parentNode; at; at = at.parentNode) {
      const branch = this.#branches.get(at)
      if (branch) containers.push(branch)
    }
    return containers.reverse()
  }
}

const isAttachment = (item: { readonly type: string }): item is AttachmentStream => item.type === 'attachment'

const decodedByParser = new Set(['base64', 'quoted-printable'])

const boundaryOf = ({ parameters }: PartHeader): Buffer | undefined => {
  // A boundary does not end with a blank (RFC 2046 section 5.1.1).
  const boundary = Buffer.from((parameters.boundary ?? '').trimEnd(), 'latin1')
  return boundary.length > 0 && boundary.length <= boundaryLimit ? boundary : undefined
}
