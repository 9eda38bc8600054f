/**
 * The maximum number of elements that are read. Senders write the content in segments of 1,000 bytes or more, so 32 MiB
 * need only a third of this number.
 */
const elementLimit = 100_000

/** Tags of ASN.1 (X.690 section 8.1.2). */
const tags = { endOfContents: 0x00, octets: 0x04, oid: 0x06, segments: 0x24, sequence: 0x30, explicit: 0xa0 } as const
/** The object identifiers of RFC 5652 sections 4 and 5. */
const oids = { data: '2a864886f70d010701', signedData: '2a864886f70d010702' } as const

/**
 * Finds the content of an opaque S/MIME signature (RFC 8551 section 3.5.2): a CMS object (RFC 5652) of type SignedData
 * that contains data. It does not verify the signature. It reads BER and DER only as far as the content, so what comes
 * afterwards, such as certificates, may have any form.
 * @returns the MIME entity that was signed, or undefined for any other bytes
 */
export const signedContentOf = (bytes: Buffer): Buffer | undefined => {
  const reader = new BerReader(bytes)
  const isSigned =
    reader.enter(tags.sequence) &&
    reader.skipOid(oids.signedData) &&
    reader.enter(tags.explicit) &&
    reader.enter(tags.sequence) &&
    // These two elements are the version and the digest algorithms.
    reader.skip() &&
    reader.skip() &&
    reader.enter(tags.sequence) &&
    reader.skipOid(oids.data) &&
    reader.enter(tags.explicit)
  return isSigned ? reader.octets() : undefined
}

interface Element {
  readonly tag: number
  /** The position after the element, or undefined if an end-of-contents mark ends it (X.690 section 8.1.3.6). */
  readonly end: number | undefined
}

/**
 * Moves forward through BER in linear time. `asn1js` reads whole objects instead, and takes 3 s for an object
 * identifier of 1 MiB in a certificate.
 */
class BerReader {
  readonly #bytes: Buffer
  #at = 0
  #elements = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Moves to the first element inside the next one. */
  enter(tag: number): boolean {
    return this.#next()?.tag === tag
  }

  skipOid(oid: string): boolean {
    const element = this.#next()
    return element?.tag === tags.oid && this.#take(element)?.toString('hex') === oid
  }

  skip(): boolean {
    let open = 0
    do {
      const element = this.#next()
      if (!element) return false
      if (element.end === undefined) open += 1
      else if (element.tag === tags.endOfContents) open -= 1
      else this.#at = element.end
    } while (open > 0)
    return open === 0
  }

  /** Reads an OCTET STRING, which may consist of nested segments (X.690 section 8.7.3). */
  octets(): Buffer | undefined {
    const segments: Buffer[] = []
    const ends: Array<number | undefined> = []
    do {
      const element = this.#next()
      if (element?.tag === tags.segments) ends.push(element.end)
      else if (element?.tag === tags.endOfContents && ends.length > 0 && ends.at(-1) === undefined) ends.pop()
      else {
        const segment = element?.tag === tags.octets ? this.#take(element) : undefined
        if (!segment) return undefined
        segments.push(segment)
      }
      while (ends.length > 0 && ends.at(-1) === this.#at) ends.pop()
    } while (ends.length > 0)
    const [first] = segments
    return segments.length === 1 ? first : Buffer.concat(segments)
  }

  /** @returns undefined if the data was cut */
  #take({ end = this.#bytes.length + 1 }: Element): Buffer | undefined {
    if (end > this.#bytes.length) return undefined
    const content = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return content
  }

  /** Reads a tag and a length, which is at most 4 GiB. Tags of several bytes do not occur before the content. */
  #next(): Element | undefined {
    this.#elements += 1
    const tag = this.#bytes[this.#at]
    const first = this.#bytes[this.#at + 1]
    if (tag === undefined || first === undefined || this.#elements > elementLimit) return undefined
    this.#at += 2
    if (first < 0x80) return { tag, end: this.#at + first }
    if (first === 0x80) return { tag, end: undefined }
    const size = first - 0x80
    if (size > 4 || this.#at + size > this.#bytes.length) return undefined
    const length = this.#bytes.readUIntBE(this.#at, size)
    this.#at += size
    return { tag, end: this.#at + length }
  }
}
