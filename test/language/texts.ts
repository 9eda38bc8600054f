import { parseSync, Visitor } from 'oxc-parser'

/** A text that a person reads, and where it stands. */
export interface ReadText {
  readonly file: string
  readonly line: number
  readonly kind: 'comment' | 'string' | 'prose'
  readonly text: string
}

/** A string with at least one space between words is a text; identifiers, keys and addresses are not. */
const isText = (value: string): boolean => /\p{L}+[,;:]?\s+\p{L}+/u.test(value)

/** Every comment, string and template of a TypeScript source. The gaps of a template read as `…`. */
export const textsInSource = (file: string, source: string): ReadText[] => {
  const { program, comments, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`)
  const lineOf = lineFinder(source)
  const texts: ReadText[] = []
  const add = (kind: ReadText['kind'], start: number, text: string) => {
    if (isText(text)) texts.push({ file, line: lineOf(start), kind, text })
  }
  for (const { start, value } of comments)
    add('comment', start, unwrapped(withoutCode(value.replaceAll(/^\s*\*+ ?/gm, ''))))
  new Visitor({
    Literal: (node) => {
      if (typeof node.value === 'string') add('string', node.start, node.value)
    },
    JSXText: (node) => {
      add('string', node.start, unwrapped(node.value))
    },
    TemplateLiteral: (node) => {
      add('string', node.start, node.quasis.map(({ value }) => value.cooked ?? value.raw).join('…'))
    },
  }).visit(program)
  return texts
}

/** The paragraphs of a Markdown page, without its code. */
export const textsInPage = (file: string, page: string): ReadText[] => {
  const lineOf = lineFinder(page)
  const prose = withoutCode(page.replaceAll(/^```[\s\S]*?^```/gm, blanked))
  return [...prose.matchAll(/(?:^(?!\s*$).*\n?)+/gm)].map(({ 0: text, index }) => ({
    file,
    line: lineOf(index),
    kind: 'prose',
    text: unwrapped(text),
  }))
}

const withoutCode = (text: string): string => text.replaceAll(/`[^`\n]*`/g, '`…`')

const blanked = (code: string): string => code.replaceAll(/[^\n]/g, ' ')

const unwrapped = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim()

const lineFinder = (text: string): ((at: number) => number) => {
  const starts = [...text.matchAll(/\n/g)].map(({ index }) => index)
  return (at) => {
    const next = starts.findIndex((start) => start >= at)
    return (next === -1 ? starts.length : next) + 1
  }
}
