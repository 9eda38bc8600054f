import { Readable } from 'node:stream'
import { type AttachmentStream, MailParser, type MessageText } from 'mailparser'
import { MimeLines } from './mime-lines.ts'
import { type PartHeader, partHeaderOf } from './part-header.ts'
import type { Splitter, SplitterChunk, SplitterNode } from './splitter.ts'
import { UnseparatedContent } from './unseparated.ts'

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
  /** Present if the leaf is the content of a multipart without parts, as it was sent. */
  readonly unseparated?: true
}

/** In bytes. A header may have any length, but each of its lines must fit into memory. */
const lineLimit = 8 * 1024 * 1024
/**
 * In bytes. A line of mail has at most 998 bytes (RFC 5322 section 2.1.1), so a longer boundary cannot delimit
 * anything. The parser keeps the boundaries of all parts.
 */
const boundaryLimit = 998

/** A leaf and its content as a stream. */
interface StreamedLeaf {
  readonly leaf: Leaf
  readonly content: Readable
  readonly release: () => void
}

interface Branch extends Container {
  readonly boundary: Buffer | undefined
  readonly start: Buffer
  children: number
}

/**
 * A parser that only separates parts and decodes base64. It streams every leaf as an attachment (RFC 2183) whose
 * Content-ID is the number of the leaf.
 *
 * We read the headers ourselves, so that a malformed type, a guess from a file name or a large header does not change
 * what the parser does. In place of each part's header, the parser receives one that we write: `multipart/mixed` for
 * containers, and an attachment of no particular type for leaves. The only way to do this is to replace methods of
 * mailparser and mailsplit (see `SplitterNode` and `Splitter`).
 */
export class LeafParser extends MailParser {
  declare readonly splitter: Splitter
  declare processChunk: (chunk: SplitterChunk, done: (error?: Error) => void) => void
  readonly #branches = new WeakMap<SplitterNode, Branch>()
  readonly #leaves = new Map<string, Leaf>()
  readonly #unseparated = new UnseparatedContent()
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
    const processChunk = this.processChunk.bind(this)
    this.processChunk = (chunk, done) => {
      if (chunk.type === 'node') this.#beginNode(chunk)
      else this.#unseparated.add(chunk.node, chunk.value)
      processChunk(chunk, done)
    }
  }

  /** Yields the leaves in order. Read the content to its end, and release the leaf, before requesting the next one. */
  async *leaves(): AsyncGenerator<StreamedLeaf> {
    for await (const item of this as AsyncIterable<StreamedLeaf | AttachmentStream | MessageText>) {
      if ('leaf' in item) yield item
      else if (item.type === 'attachment') {
        const leaf = this.#leaves.get(item.cid ?? '')
        this.#leaves.delete(item.cid ?? '')
        if (leaf) yield { leaf, content: item.content, release: () => item.release?.() }
      }
    }
    const last = this.#unseparatedLeaf(undefined)
    if (last) yield last
  }

  #beginNode(node: SplitterNode): void {
    const before = this.#unseparatedLeaf(node)
    if (before) this.push(before)
    const branch = this.#branches.get(node)
    if (branch) this.#unseparated.start(node, branch.start)
  }

  #unseparatedLeaf(next: SplitterNode | undefined): StreamedLeaf | undefined {
    const ended = this.#unseparated.endBefore(next)
    const branch = ended && this.#branches.get(ended.node)
    if (!branch) return undefined
    const leaf: Leaf = {
      contentType: 'text/plain',
      parameters: {},
      disposition: undefined,
      fileName: undefined,
      contentId: undefined,
      encoding: '',
      start: Buffer.alloc(0),
      containers: this.#containersOf(ended.node),
      position: branch.position,
      unseparated: true,
    }
    return { leaf, content: Readable.from([ended.content]), release: () => undefined }
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
      const fields = this.#placeSafely(node, lines)
      const header = Buffer.from(`${fields.join('\r\n')}\r\n\r\n`)
      node._headersLines = [header]
      node._headerlen = header.length
      parseHeaders()
      node._boundary = this.#branches.get(node)?.boundary ?? false
    }
  }

  /** The splitter runs in timers, where an exception would end the process. */
  #placeSafely(node: SplitterNode, lines: MimeLines): string[] {
    try {
      return this.#place(node, lines)
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error('the header could not be read', { cause: error }))
      return []
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
    this.#branches.set(node, { contentType: header.contentType, position, boundary, start: text, children: 0 })
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
      `Content-Transfer-Encoding: ${leaf.encoding === 'base64' ? 'base64' : 'binary'}`,
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

const boundaryOf = ({ parameters }: PartHeader): Buffer | undefined => {
  // A boundary does not end with a blank (RFC 2046 section 5.1.1).
  const boundary = Buffer.from((parameters.boundary ?? '').trimEnd(), 'latin1')
  return boundary.length > 0 && boundary.length <= boundaryLimit ? boundary : undefined
}
