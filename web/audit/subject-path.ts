/** The screens of the subjects that have one, by the beginning of the subject's path in the API. */
const screens: readonly (readonly [RegExp, (id: string) => string])[] = [
  [/^\/accounts\/([^/]+)$/, (id) => `/accounts/${id}`],
  [/^\/destinations\/([^/]+)$/, (id) => `/destinations/${id}`],
  [/^\/deliveries\/([^/]+)$/, (id) => `/deliveries/${id}`],
  [/^\/messages\/([^/]+)$/, (id) => `/messages/${id}`],
  [/^\/queues\/([^/]+)$/, () => '/queues'],
  [/^\/default-queue()$/, () => '/queues'],
  [/^\/system-addresses\/([^/]+)$/, () => '/queues?tab=addresses'],
  [/^\/oauth2\/profiles\/([^/]+)$/, () => '/oauth2'],
  [/^\/oauth2\/providers\/([^/]+)$/, () => '/oauth2?tab=providers'],
]

/** @returns the screen that shows a subject of the audit trail, or undefined if there is none */
export const screenOf = (subject: string): string | undefined => {
  for (const [pattern, path] of screens) {
    const match = pattern.exec(subject)
    if (match) return path(match[1] ?? '')
  }
  return undefined
}
