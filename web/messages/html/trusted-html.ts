/** HTML that the browser's Trusted Types let into a document. TypeScript's types of the DOM know it as text. */
export type TrustedHtml = string

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createHTML: (html: string) => string },
  ): { createHTML: (html: string) => TrustedHtml }
}

declare global {
  interface Window {
    /** Absent in browsers without Trusted Types. */
    readonly trustedTypes?: TrustedTypes
  }
}

/** The page's Content-Security-Policy allows only a policy with this name. */
const policy = window.trustedTypes?.createPolicy('mail-frame', { createHTML: (html) => html })

/**
 * Admits HTML of mail that the API has sanitised. It may go to two places only, in which no script runs: a document of
 * DOMParser, and a frame with an empty `sandbox`. No other file of the page creates HTML from text.
 */
export const trustedMail = (html: string): TrustedHtml => policy?.createHTML(html) ?? html
