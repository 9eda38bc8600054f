import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import * as z from 'zod'
import { axeExceptions } from './axe-exceptions.ts'

const require = createRequire(import.meta.url)
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.2, levels A and AA. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const violationSchema = z.object({
  rule: z.string(),
  help: z.string(),
  selector: z.string(),
  html: z.string(),
  summary: z.string(),
  /** The selector of the exception that covers this violation. */
  exception: z.string().nullable(),
})

/**
 * Runs in the page. Frames are left out, because the only frame shows the HTML of a mail, which people outside have
 * written.
 */
const script = `(async (tags, exceptions) => {
  const { violations } = await axe.run(document, { runOnly: tags, iframes: false, resultTypes: ['violations'] })
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, html, failureSummary }) => {
    const selector = target.flat().join(' ')
    const element = document.querySelector(selector)
    const exception = exceptions.find((one) => one.rule === id && element?.matches(one.selector))
    return { rule: id, help, selector, html, summary: failureSummary ?? '', exception: exception?.selector ?? null }
  }))
})`

/** The exceptions that covered a violation so far. */
const used = new Set<string>()

/** The exceptions that no violation has needed. */
export const unusedExceptions = (): string[] =>
  axeExceptions.filter((one) => !used.has(keyOf(one))).map(({ rule, selector }) => `${rule} ${selector}`)

const keyOf = ({ rule, selector }: { rule: string; selector: string }): string => `${rule} ${selector}`

/** The violations that no exception covers, one line each. */
export const axeViolations = async (page: Page): Promise<string[]> => {
  const found = z.array(violationSchema).parse(await evaluate(page))
  for (const { rule, exception } of found) if (exception !== null) used.add(keyOf({ rule, selector: exception }))
  return found
    .filter(({ exception }) => exception === null)
    .map(({ rule, help, html, summary }) => `${rule} (${help}) at ${html}: ${summary}`)
}

/** The page's policy forbids `eval` and inline scripts, but not the commands of the browser's own debugger. */
const evaluate = async (page: Page): Promise<unknown> => {
  const debug = await page.context().newCDPSession(page)
  try {
    const parts = [tags, axeExceptions].map((one) => JSON.stringify(one))
    const expression = `${axeSource};${script}(${parts.join(',')})`
    const answer = await debug.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    if (answer.exceptionDetails) throw new Error(`axe failed: ${JSON.stringify(answer.exceptionDetails)}`)
    return answer.result.value
  } finally {
    await debug.detach()
  }
}
