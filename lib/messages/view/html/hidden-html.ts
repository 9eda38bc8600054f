/**
 * Elements that are removed with their content, because a browser does not show it as text on the page. All other
 * elements keep their words. In elements such as `noscript`, `object` and `video`, these words are for readers that
 * cannot show the element itself.
 */
export const hiddenElements = ['datalist', 'iframe', 'script', 'select', 'style', 'template', 'title'] as const

/** The tags of elements that hide the rest of a mail, or its markup, if they never end. */
const tag = /<(\/?)(datalist|iframe|script|select|style|template|textarea|title|xmp)(?=[\s/>])/gi
/** A browser does not hide the rest of a page after a `style` or `script` that never ends in these elements. */
const foreign = /<(?:math|svg)(?=[\s/>])/i
/** The HTML standard ends these comments here, but the parser looks for another `-->`. */
const emptyComment = /<!---?>/g
const endOfComment = '--!>'
/**
 * The tags of elements that a browser shows apart from the words around them. These tags are removed later, but their
 * words are kept.
 */
const apart = /<(?=\/?(?:button|option|text)[\s/>])/gi

/**
 * Repairs HTML so that nothing hides the rest of a mail by mistake. An element without an end tag becomes an unknown
 * element, whose words are shown. An element has no end tag if another element with its name starts before the next end
 * tag. After a `style` or `script` without an end tag, the rest stays hidden as in a browser, because it is code. A
 * blank before each tag of a button, an option or an SVG text keeps its words apart from the words around it.
 */
export const repairedHtml = (html: string): string => {
  const firstForeign = html.search(foreign)
  const endFollows = new Map<string, boolean>()
  const endless = new Set<number>()
  for (const { index, 1: slash, 2: written = '' } of [...html.matchAll(tag)].reverse()) {
    const name = written.toLowerCase()
    const isCode = (name === 'script' || name === 'style') && (firstForeign === -1 || index < firstForeign)
    if (slash === '' && !endFollows.get(name) && !isCode) endless.add(index)
    endFollows.set(name, slash === '/')
  }
  return html
    .replace(tag, (whole, _slash, name: string, at: number) => (endless.has(at) ? `<x-${name}` : whole))
    .replace(emptyComment, '<!-- -->')
    .replaceAll(endOfComment, '-->')
    .replace(apart, ' <')
}
