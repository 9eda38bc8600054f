import { htmlTexts } from '../texts.ts'
import { type TrustedHtml, trustedMail } from './trusted-html.ts'

export interface MailLink {
  readonly text: string
  readonly target: string
}

interface MailDocument {
  readonly html: TrustedHtml
  /** The links in the order of their numbers in the document. */
  readonly links: readonly MailLink[]
}

/** Longer texts of links are cut in the list. */
const longestText = 200

/**
 * The document that the frame shows. Links do not lead anywhere: each is underlined and has a number, and the list of
 * links says where it would lead. Images that are not part of the HTML itself give way to their description.
 * @param sanitised the HTML of a mail, sanitised by the API
 */
export const mailDocument = (sanitised: string): MailDocument => {
  const { body } = new DOMParser().parseFromString(trustedMail(sanitised), 'text/html')
  for (const image of body.querySelectorAll('img')) if (!image.src.startsWith('data:')) describe(image)
  const links: MailLink[] = []
  for (const anchor of body.querySelectorAll('a')) {
    const target = anchor.getAttribute('href')
    if (target !== null) links.push({ text: textOf(anchor), target })
    deaden(anchor, target === null ? undefined : { target, number: links.length })
  }
  return { html: trustedMail(documentOf(body.innerHTML)), links }
}

const textOf = (anchor: Element): string => (anchor.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, longestText)

const describe = (image: HTMLImageElement): void => {
  const description = image.ownerDocument.createElement('i')
  description.textContent = htmlTexts.image(image.alt.trim())
  image.replaceWith(description)
}

const deaden = (anchor: Element, link: { target: string; number: number } | undefined): void => {
  const text = anchor.ownerDocument.createElement(link ? 'u' : 'span')
  text.append(...anchor.childNodes)
  anchor.replaceWith(text)
  if (!link) return
  text.title = link.target
  const number = text.ownerDocument.createElement('sup')
  number.textContent = `[${link.number}]`
  text.after(number)
}

/**
 * The frame inherits the page's policy, which allows no inline styles, so the paper and the font are attributes. The
 * policy in the document is stricter still: it allows only the images that are part of the HTML.
 */
const documentOf = (content: string): string =>
  [
    '<!doctype html><html lang="und"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:">`,
    '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="only light">',
    `<title>${htmlTexts.frame}</title></head>`,
    `<body bgcolor="white" text="black"><font face="Arial, Helvetica, sans-serif">${content}</font></body></html>`,
  ].join('')
