import * as z from 'zod'

const lockedPackageSchema = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  /** A local path, a git address or a tarball address. npm omits it for packages from the registry. */
  resolved: z.string().optional(),
  /** True if the package lies inside the tarball of its parent, whose integrity covers it. */
  inBundle: z.boolean().optional(),
  dev: z.boolean().optional(),
  license: z.string().optional(),
  /** True for a workspace of the project, which npm links into node_modules. */
  link: z.boolean().optional(),
  workspaces: z.array(z.string()).optional(),
})

type LockedPackage = z.infer<typeof lockedPackageSchema>

const lockFileSchema = z.object({ packages: z.record(z.string(), lockedPackageSchema) })

/**
 * @returns every locked package by its path from the root, without the project itself (the empty path), its workspaces,
 *   and the links to these
 */
export function lockedPackages(text: string) {
  const { packages } = lockFileSchema.parse(JSON.parse(text))
  const own = new Set(['', ...(packages['']?.workspaces ?? [])])
  const isLink = ({ link = false, resolved = '' }: LockedPackage) => link && own.has(resolved)
  return new Map(Object.entries(packages).filter(([path, entry]) => !own.has(path) && !isLink(entry)))
}

type LockedPackages = ReturnType<typeof lockedPackages>

// npm records SHA-1 for very old tarballs. SHA-1 no longer protects against forgery.
const strongIntegrity = /^sha512-[A-Za-z0-9+/]{86}==$/

/** @returns the paths of packages whose content the lock file does not pin */
export const withoutIntegrity = (packages: LockedPackages): string[] =>
  [...packages].filter(([path, entry]) => !isFixed(packages, path, entry)).map(([path]) => path)

/** @returns the paths of packages with an address, because a lock file must work with every registry */
export const withAddress = (packages: LockedPackages): string[] =>
  [...packages].filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)

function isFixed(packages: LockedPackages, path: string, entry: LockedPackage): boolean {
  if (entry.integrity !== undefined) return strongIntegrity.test(entry.integrity)
  const parent = packages.get(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))))
  return entry.inBundle === true && parent !== undefined && strongIntegrity.test(parent.integrity ?? '')
}

/** @returns the paths of packages that `npm ci --omit=dev` installs with a different licence */
export const withOtherLicence = (packages: LockedPackages, allowed: ReadonlySet<string>): string[] =>
  [...packages]
    .filter(([, { dev, license }]) => dev !== true && (license === undefined || !allowed.has(license)))
    .map(([path]) => path)
