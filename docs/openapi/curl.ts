import type { Route } from '../../functions/shared/http/route.ts'

/** Builds `x-codeSamples`, which several OpenAPI renderers support. Each example becomes a command to copy. */
export const curlSamples = ({ method, path, definition }: Route) =>
  definition.examples.map(({ summary, params = {}, query, headers = {}, body }) => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const search = query ? `?${new URLSearchParams(query)}` : ''
    const mediaType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const sent = { ...headers, ...(body !== undefined && { 'content-type': mediaType }) }
    const lines = [
      `curl ${method === 'GET' ? '' : `-X ${method} `}"$API${filled}${search}"`,
      '-H "authorization: Bearer $TOKEN"',
      ...Object.entries(sent).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
      ...(body === undefined ? [] : [`-d ${quoted(readable(body))}`]),
    ]
    return { lang: 'Shell', label: summary, source: lines.join(' \\\n  ') }
  })

/** Formats the body on one line if it fits. */
const readable = (body: unknown): string => {
  const line = JSON.stringify(body)
  return line.length <= 80 ? line : JSON.stringify(body, undefined, 2)
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
