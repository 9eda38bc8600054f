import sanitizeHtml from 'sanitize-html'
import { hiddenElements, repairedHtml } from './hidden-html.ts'
import { deepest, NestedTooDeeply, unlessNestedTooDeeply } from './nesting.ts'
import { spanLimit } from './table-spans.ts'

export interface SanitisedHtml {
  readonly html: string
  /** The number of removed remote images. Loading them would show the sender that the mail is being read. */
  readonly remoteContentRemoved: number
  /** The hosts of the removed remote images, each once, in their order in the message. */
  readonly remoteContentHosts: readonly string[]
}

const blocks =
  'address article aside blockquote center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li ' +
  'main nav ol p pre section ul'
const tablesParts = 'caption col colgroup table tbody td tfoot th thead tr'
const inline =
  'a abbr b bdi bdo big br cite code del dfn em font i img ins kbd mark q s samp small span strike strong sub sup ' +
  'time tt u var wbr'

const settings: sanitizeHtml.IOptions = {
  allowedTags: `${blocks} ${tablesParts} ${inline}`.split(' '),
  nonTextTags: [...hiddenElements],
  parser: { recognizeCDATA: true },
  // Without style, class and id, the content cannot cover, imitate or affect the surrounding page. The list has no
  // event handlers.
  allowedAttributes: {
    '*': ['align', 'dir', 'lang', 'title'],
    a: ['href', 'rel'],
    col: ['span', 'width'],
    colgroup: ['span', 'width'],
    font: ['color', 'size'],
    img: ['src', 'alt', 'width', 'height'],
    ol: ['start', 'type'],
    table: ['border', 'cellpadding', 'cellspacing', 'width'],
    td: ['colspan', 'rowspan', 'valign', 'width'],
    th: ['colspan', 'rowspan', 'valign', 'width'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https', 'cid', 'data'] },
  allowedSchemesAppliedToAttributes: ['href', 'src'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
}

/** SVG is excluded because it may contain scripts and remote content. */
const embedded = /^(cid:|data:image\/(png|gif|jpe?g|webp|bmp);base64,)/i
const remote = /^https?:\/\//i
/** A mail has no base URL for relative links. */
const link = /^(https?:\/\/|mailto:)/i

/**
 * Reduces HTML to content that is safe to show: text, tables, links and the message's own images. It removes scripts,
 * styles, forms, frames and event handlers, and also remote images unless they are requested. The worst known input of
 * 1 MiB takes at most 3 s.
 * @returns undefined if elements are nested more than 500 deep
 */
export const sanitiseHtml = (
  html: string,
  { remoteContent }: { remoteContent: boolean },
): SanitisedHtml | undefined => {
  let depth = 0
  let remoteContentRemoved = 0
  const hosts = new Set<string>()
  const limited = spanLimit()
  const spanning: sanitizeHtml.Transformer = (tagName, attribs) => ({ tagName, attribs: limited(attribs) })
  const source = (src: string): string | undefined => {
    const url = src.trim()
    if (embedded.test(url)) return url
    if (remoteContent && remote.test(url)) return url
    if (!remote.test(url) && !url.startsWith('//')) return undefined
    remoteContentRemoved += 1
    const host = hostOf(url)
    if (host !== undefined) hosts.add(host)
    return undefined
  }
  return unlessNestedTooDeeply(() => {
    const clean = sanitizeHtml(repairedHtml(html), {
      ...settings,
      onOpenTag: () => {
        depth += 1
        if (depth > deepest) throw new NestedTooDeeply()
      },
      onCloseTag: () => {
        depth -= 1
      },
      transformTags: {
        // A page opened through a link must not be able to access the view or to see its address.
        a: (tagName, { href = '', rel: _rel, ...attribs }) => {
          const url = href.trim()
          const kept = link.test(url) && { href: url }
          return { tagName, attribs: { ...kept, rel: 'noopener noreferrer nofollow', ...attribs } }
        },
        img: (tagName, { src = '', ...attribs }) => {
          const kept = source(src)
          return { tagName, attribs: { ...attribs, ...(kept !== undefined && { src: kept }) } }
        },
        col: spanning,
        colgroup: spanning,
        td: spanning,
        th: spanning,
      },
    })
    return { html: clean, remoteContentRemoved, remoteContentHosts: [...hosts] }
  })
}

/** @returns the host as a browser would look it up, in its ASCII form, or undefined if a browser could not load the URL */
const hostOf = (url: string): string | undefined => URL.parse(url, 'https://mail.invalid')?.hostname || undefined
