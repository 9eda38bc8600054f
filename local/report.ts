import pc from 'picocolors'
import type { InvocationEnd, LocalEvent } from './common/local-event.ts'
import type { LocalStack } from './local-stack.ts'

/** The route of the page's entry. */
const pageRoute = 'GET /admin'

/**
 * Returns the address at which a person opens the admin page. Its key signs an admin in. Browsers do not send this part
 * of an address to a server.
 * @returns undefined if the templates have no page
 */
export const pageAddress = ({
  apiUrl,
  routes,
  signIn,
}: Pick<LocalStack, 'apiUrl' | 'routes' | 'signIn'>): string | undefined => {
  if (!routes.includes(pageRoute)) return undefined
  return `${apiUrl}/admin${signIn === undefined ? '' : `#sign-in=${signIn.adminKey}`}`
}

/**
 * Prints the events that matter to a person at the terminal: requests that change something, and every failure.
 * `verbose` adds what would push these off the screen: reading requests, rules, and resources without an effect.
 */
export const reporter =
  (say: (line: string) => void, { verbose }: { readonly verbose: boolean }): ((event: LocalEvent) => void) =>
  (event) => {
    if (!verbose && isDetail(event)) return
    const line = lineOf(event)
    if (line !== undefined) say(line)
  }

const isDetail = (event: LocalEvent): boolean => {
  if (event.type === 'request') return event.status < 400 && readingMethods.has(event.method)
  return event.type === 'idle-resources' || event.type === 'rule-fired'
}
const readingMethods = new Set(['GET', 'HEAD'])

const lineOf = (event: LocalEvent): string | undefined => {
  switch (event.type) {
    case 'idle-resources': {
      const byType = Map.groupBy(event.resources, (resource) => resource.type)
      const lines = [...byType].map(([type, list]) => `  ${type}: ${namesOf(list.map((one) => one.path))}`)
      return lines.length === 0
        ? undefined
        : pc.dim(`Declared resources that have no effect on one machine:\n${lines.join('\n')}`)
    }
    case 'request':
      return `${time()} ${event.method} ${event.path} ${event.status >= 400 ? pc.yellow(event.status) : event.status} ${pc.dim(`${Math.round(event.durationMs)} ms`)}`
    case 'rule-fired':
      return `${time()} rule ${event.rule} fired for ${event.time}`
    case 'invocation-end':
      return event.status === 'ok' ? undefined : `${time()} ${pc.red(failure(event))}`
    case 'denied':
      return `${time()} ${pc.red(`${event.functionId} was denied a call. ${event.message}`)}`
    case 'queue-trouble':
      return `${time()} ${pc.red(`queue ${event.queue}: ${event.message}`)}`
    case 'notice':
      return event.text
    case 'invocation-start':
    case 'log':
      return undefined
  }
}

/** A few names are enough to identify the resources. The full list would push everything else off the screen. */
const namedAtMost = 3

const namesOf = (paths: readonly string[]): string => {
  const named = paths.slice(0, namedAtMost).map((path) => path.split('/')[1])
  const others = paths.length - named.length
  return `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}

const failure = (end: InvocationEnd): string => {
  const peak = end.peakBytes === undefined ? '' : `, ${Math.ceil(end.peakBytes / 1024 / 1024)} MB peak memory`
  return `${end.functionId} ${end.status} after ${Math.round(end.durationMs)} ms${peak}: ${end.error?.errorType} ${end.error?.message}`
}

const time = (): string => pc.dim(new Date().toTimeString().slice(0, 8))
