/** Paths of the API whose screens have the same path, or a path that follows from it. */
const screens: readonly (readonly [path: RegExp, screen: string])[] = [
  [/^\/(runs|accounts|messages|deliveries|destinations)\/([^/]+)$/, '/$1/$2'],
  [/^\/queues\/[^/]+$/, '/queues'],
]

/** @returns the path of the screen that shows what a path of the API returns, or undefined if no screen does */
export const screenOf = (apiPath: string): string | undefined => {
  for (const [path, screen] of screens) if (path.test(apiPath)) return apiPath.replace(path, screen)
  return undefined
}
