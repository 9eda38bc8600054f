import sanitizeHtml from 'sanitize-html'

/** Elements within elements. Browsers flatten beyond 512; the parser's time grows with the square of the depth. */
const deepest = 500

export interface SanitisedHtml {
  readonly html: string
  /** Images that would have been loaded from elsewhere and tell the sender that the mail is being read. */
  readonly remoteContentRemoved: number
}

class NestedTooDeeply extends Error {}

const blocks =
  'address article aside blockquote center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section ul'
const tablesParts = 'caption col colgroup table tbody td tfoot th thead tr'
const inline =
  'a abbr b bdi bdo big br cite code del dfn em font i img ins kbd mark q s samp small span strike strong sub sup time tt u var wbr'

/** With these the content goes as well: it is no text, or only for readers who run scripts. */
const dropped =
  'applet audio button canvas embed frame frameset iframe math noembed noframes noscript object option script select style svg template textarea title video xmp'

const settings: sanitizeHtml.IOptions = {
  allowedTags: `${blocks} ${tablesParts} ${inline}`.split(' '),
  nonTextTags: dropped.split(' '),
  // No style, class or id: nothing may cover, imitate or reach into the page around it. No event handler is on the list.
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

/** Not SVG: it may hold scripts and remote content of its own. */
const embedded = /^(cid:|data:image\/(png|gif|jpe?g|webp|bmp);base64,)/i
const remote = /^https?:\/\//i
/** A mail has no place of its own that a relative link could start from. */
const link = /^(https?:\/\/|mailto:)/i

/**
 * HTML that can be shown: text, tables, links, images of the message itself. No script, style, form, frame or handler; remote images only
 * when asked for. Undefined where elements are nested more than 500 deep. At most 3 s for 1 MiB of the worst we know.
 */
export const sanitiseHtml = (
  html: string,
  { remoteContent }: { remoteContent: boolean },
): SanitisedHtml | undefined => {
  let depth = 0
  let remoteContentRemoved = 0
  const source = (src: string): string | undefined => {
    const url = src.trim()
    if (embedded.test(url)) return url
    const isRemote = remote.test(url) || url.startsWith('//')
    if (remoteContent && remote.test(url)) return url
    if (isRemote) remoteContentRemoved += 1
    return undefined
  }
  try {
    const clean = sanitizeHtml(html, {
      ...settings,
      onOpenTag: () => {
        depth += 1
        if (depth > deepest) throw new NestedTooDeeply()
      },
      onCloseTag: () => {
        depth -= 1
      },
      transformTags: {
        // A link opened from the view must not get hold of it, nor tell where it stood.
        a: (tagName, { href = '', rel: _rel, ...attribs }) => {
          const url = href.trim()
          const kept = link.test(url) && { href: url }
          return { tagName, attribs: { ...kept, rel: 'noopener noreferrer nofollow', ...attribs } }
        },
        img: (tagName, { src = '', ...attribs }) => {
          const kept = source(src)
          return { tagName, attribs: { ...attribs, ...(kept !== undefined && { src: kept }) } }
        },
      },
    })
    return { html: clean, remoteContentRemoved }
  } catch (error) {
    if (error instanceof NestedTooDeeply) return undefined
    throw error
  }
}
