/** The encodings that a file may be stored in, the smallest first. */
export const encodings = ['br', 'gzip'] as const
export type Encoding = (typeof encodings)[number] | 'identity'

/**
 * Selects the encoding of a response by the request's `Accept-Encoding` (RFC 9110 section 12.5.3). Among encodings with
 * the same weight it prefers the smallest.
 *
 * @param accepted the header, or undefined if there is none
 * @param available the encodings in which the file exists besides `identity`
 * @returns `identity` as well if the client accepts none of the available encodings
 */
export const encodingFor = (accepted: string | undefined, available: ReadonlySet<Encoding>): Encoding => {
  const weights = weightsIn(accepted ?? 'identity')
  const weightOf = (encoding: Encoding): number => weights.get(encoding) ?? weights.get('*') ?? 0
  let best: Encoding = 'identity'
  // A client need not list `identity`. Then everything that it lists is better.
  let bestWeight = weights.get('identity') ?? 0
  for (const encoding of encodings.toReversed())
    if (available.has(encoding) && weightOf(encoding) > 0 && weightOf(encoding) >= bestWeight) {
      best = encoding
      bestWeight = weightOf(encoding)
    }
  return best
}

const weightsIn = (accepted: string): Map<string, number> =>
  new Map(
    accepted.split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length)
      return [name === 'x-gzip' ? 'gzip' : name, weight === undefined ? 1 : Number(weight) || 0]
    }),
  )
