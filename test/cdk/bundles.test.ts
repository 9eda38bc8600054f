import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type BundledFunction, bundledFunctions } from '../support/bundled-functions.ts'

const root = new URL('../../', import.meta.url).pathname
const run = promisify(execFile)

const sourceMapSchema = z.object({ sources: z.array(z.string()) })
const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string() })

interface Bundle extends BundledFunction {
  readonly bytes: number
  /** Bytes of the packages that are files of their own, by path below node_modules. */
  readonly apart: ReadonlyMap<string, number>
  /** The packages in the bundle. */
  readonly packages: Set<string>
  /** The folders of these packages, including nested ones. */
  readonly packageFolders: Set<string>
  /** The text of THIRD-PARTY-NOTICES.txt. */
  readonly notices: string
}

const kibibytes = 1024
/** Bytes of index.cjs, about 5 % above the present size. V8 reads all of it at each cold start. */
const budgets = {
  // It explains a provider's refusals and sends jobs to SQS.
  'Api/Accounts': 600 * kibibytes,
  'Api/Audit': 420 * kibibytes,
  // Only the code. The files of the admin page are next to it.
  'Api/Page': 10 * kibibytes,
  // Mostly docs/openapi.json. The schemas of the events, and the page.
  'Api/Docs': 635 * kibibytes,
  // The public suffix list (tldts), which distinguishes a provider's own domain from `co.uk`.
  'Api/Oauth2': 640 * kibibytes,
  'Api/Oauth2Consent': 495 * kibibytes,
  'Api/Oauth2Start': 530 * kibibytes,
  // The sessions of both mail protocols. The packages below are loaded when they are used.
  'Api/ConnectionTest': 880 * kibibytes,
  'Api/UnsavedTest': 770 * kibibytes,
  'Api/Oauth2Callback': 930 * kibibytes,
  'Api/Oauth2Doctor': 990 * kibibytes,
  'Api/Me': 180 * kibibytes,
  'Api/Overview': 535 * kibibytes,
  'Api/Queues': 465 * kibibytes,
  'Api/Runs': 490 * kibibytes,
  // openid-client and KMS.
  'Api/Session': 425 * kibibytes,
  // S3's own protocol: XML, checksums, signed links.
  'Api/Messages': 685 * kibibytes,
  // S3, without the upload of large objects and without signed links.
  'Api/Erase': 645 * kibibytes,
  // S3, and reading headers and addresses.
  'Api/MessageRecovery': 695 * kibibytes,
  // S3, the reading of messages, and htmlparser2.
  'Api/MessageView': 690 * kibibytes,
  'Api/Destinations': 530 * kibibytes,
  'Api/DestinationTest': 535 * kibibytes,
  'Api/Deliveries': 520 * kibibytes,
  'Api/Quarantine': 520 * kibibytes,
  // S3.
  'Api/Agent': 680 * kibibytes,
  'Delivering/Function': 765 * kibibytes,
  'Planning/Function': 490 * kibibytes,
  // S3 and SNS.
  'DeliverySweep/Function': 740 * kibibytes,
  // SNS, and the stores of everything of which notices tell people.
  'Schedule/Function': 620 * kibibytes,
  // Secrets Manager and SNS.
  'SecretSweep/Function': 505 * kibibytes,
  'EndGrants/Function': 585 * kibibytes,
  // S3, SNS, SQS, KMS, Secrets Manager, and both mail protocols.
  'Fetching/Function': 1260 * kibibytes,
}

/** Bytes of the packages that are files of their own, which are loaded when a bundle first uses them. */
const apartBudgets: Readonly<Record<string, number>> = {
  '@zone-eu/mailsplit/index.js': 30 * kibibytes,
  '@zone-eu/mailsplit/lib/flowed-decoder.js': 10 * kibibytes,
  'encoding-japanese/index.js': 95 * kibibytes,
  'htmlparser2/index.js': 185 * kibibytes,
  // Every charset.
  'iconv-lite/index.js': 510 * kibibytes,
  'libmime/index.js': 105 * kibibytes,
  'libmime/lib/charset.js': 10 * kibibytes,
  'mailparser/index.js': 340 * kibibytes,
  'sanitize-html/index.js': 130 * kibibytes,
  // It depends on joi.
  'simple-oauth2/index.js': 240 * kibibytes,
}

describe('cdk synth with bundling', () => {
  const output = mkdtempSync(join(tmpdir(), 'postmaster-synth-'))
  let bundles: Map<string, Bundle>

  beforeAll(async () => {
    // The command from package.json, including the cdk-nag rules. A finding without a reason fails it.
    await run(join(root, 'node_modules/.bin/cdk'), ['synth', '--quiet', '--output', output], { cwd: root })
    bundles = readBundles(output)
  }, 300_000)
  afterAll(() => rmSync(output, { recursive: true, force: true }))

  it('cdk synth bundles every function', () => {
    expect([...bundles.keys()].sort()).toEqual(Object.keys(budgets).sort())
  })

  it.each(Object.entries(budgets))('the bundle %s stays within %i bytes', (name, budget) => {
    expect(bundles.get(name)?.bytes).toBeLessThanOrEqual(budget)
  })

  it('packages that are files of their own stay within their budgets, and some bundle needs each of them', () => {
    const all = [...bundles.values()].flatMap(({ apart }) => [...apart])
    expect([...new Set(all.map(([path]) => path))].sort()).toEqual(Object.keys(apartBudgets).sort())
    for (const [path, bytes] of all)
      expect({ path, tooLarge: bytes > (apartBudgets[path] ?? 0) }).toEqual({ path, tooLarge: false })
  })

  it('no package in a bundle has its own version of a package that is a file of its own', () => {
    const shared = Object.keys(apartBudgets).map((path) => path.split('/', 1)[0] ?? '')
    for (const [name, { packageFolders }] of bundles) {
      const own = [...packageFolders].flatMap((folder) => shared.map((one) => join(folder, 'node_modules', one)))
      expect({ name, own: own.filter((folder) => existsSync(folder)) }).toEqual({ name, own: [] })
    }
  })

  it('the bundles contain no credentials of sign-in services, and no proxies', () => {
    const replaced = ['@aws-sdk/credential-provider-sso', '@aws-sdk/nested-clients', 'pino', 'socks']
    for (const [name, { packages }] of bundles)
      expect({ name, replaced: replaced.filter((one) => packages.has(one)) }).toEqual({ name, replaced: [] })
  })

  it('only functions that connect to mail servers or read messages contain the mail libraries', () => {
    const talking = [
      'Fetching/Function',
      'Api/ConnectionTest',
      'Api/UnsavedTest',
      'Api/Oauth2Callback',
      'Api/Oauth2Doctor',
    ]
    const mail = ['imapflow', 'mailparser', 'node-pop3', 'libmime', 'iconv-lite']
    for (const [name, { packages }] of bundles)
      if (![...talking, 'Api/MessageView', 'Api/MessageRecovery'].includes(name))
        expect({ name, mail: mail.filter((p) => packages.has(p)) }).toEqual({ name, mail: [] })
    for (const name of talking) expect([...(bundles.get(name)?.packages ?? [])]).toContain('imapflow')
    expect([...(bundles.get('Api/ConnectionTest')?.packages ?? [])]).not.toContain('mailparser')
    expect(mail.filter((p) => bundles.get('Api/MessageView')?.packages.has(p))).toEqual([
      'mailparser',
      'libmime',
      'iconv-lite',
    ])
  })

  it.each(Object.keys(budgets))('the bundle %s contains the licence text of every package in it', (name) => {
    const { packageFolders, notices } = bundles.get(name) ?? { packageFolders: [], notices: '' }
    const sections = sectionsOf(notices)
    // The function of the admin page needs no packages.
    if (name !== 'Api/Page') expect([...packageFolders]).not.toEqual([])
    for (const folder of packageFolders) {
      const file = readFileSync(join(folder, 'package.json'), 'utf8')
      const { name, version, license } = packageSchema.parse(JSON.parse(file))
      const { head, text } = sections.get(`${name} ${version}`) ?? { head: '', text: '' }
      expect(head).toContain(license)
      expect(text.trim()).not.toBe('')
    }
    // The notices are part of the asset's hash, which must be the same on every machine.
    expect(notices).not.toContain(root)
  })

  it('the bundle of the admin page contains its files, compressed, and the licences of their packages', async () => {
    const folder = join(bundles.get('Api/Page')?.folder ?? '', 'page')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(files).toEqual(expect.arrayContaining(['index.html', 'index.html.br', 'index.html.gz', 'favicon.svg']))
    expect(files.filter((file) => /^assets\/.*\.(js|css)$/.test(file))).not.toEqual([])
    expect(files.filter((file) => /(^|\/)\.|\.map$/.test(file))).toEqual([])
    const notices = readFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    const packages = [...sectionsOf(notices).keys()].map((section) => section.slice(0, section.lastIndexOf(' ')))
    expect(packages).toEqual(
      expect.arrayContaining(['react-dom', '@cloudscape-design/components', '@cloudscape-design/global-styles']),
    )
    expect(notices).not.toContain(root)
    // Lambda returns at most 6 MB, in base64.
    for (const file of files)
      expect({ file, large: statSync(join(folder, file)).size > 4 * 1024 * kibibytes }).toEqual({ file, large: false })
  })

  it.each(Object.keys(budgets))('the bundle %s starts with only the environment from its template', async (name) => {
    const bundle = bundles.get(name)
    if (!bundle) throw new Error(`no bundle ${name}`)
    const file = join(bundle.folder, 'index.cjs')
    const script = `console.log(typeof require(${JSON.stringify(file)}).handler)`
    const { stdout } = await run(process.execPath, ['--eval', script], {
      env: bundle.environment,
    })
    expect(stdout.trim().split('\n').at(-1)).toBe('function')
  })
})

const readBundles = (output: string): Map<string, Bundle> =>
  new Map(bundledFunctions(output).map((one) => [one.name, { ...one, ...contentOf(one.folder) }]))

const contentOf = (folder: string): Omit<Bundle, keyof BundledFunction> => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('page/'))
  const apart = files.filter((file) => file.startsWith('node_modules/'))
  expect(files.filter((file) => !apart.includes(file)).sort()).toEqual([
    'THIRD-PARTY-NOTICES.txt',
    'index.cjs',
    'index.cjs.map',
  ])
  const map = sourceMapSchema.parse(JSON.parse(readFileSync(join(folder, 'index.cjs.map'), 'utf8')))
  const sources = [...map.sources, ...apart.flatMap((file) => sourcesOf(file.replace('node_modules/', '')))]
  const packages = sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [])
  const packageFolders = sources.flatMap(
    (source) => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/.exec(belowRoot(source))?.[0] ?? [],
  )
  return {
    bytes: statSync(join(folder, 'index.cjs')).size,
    apart: new Map(apart.map((file) => [file.replace('node_modules/', ''), statSync(join(folder, file)).size])),
    packages: new Set(packages),
    packageFolders: new Set(packageFolders.map((path) => join(root, path))),
    notices: readFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8'),
  }
}

const sourcesOfPackages = new Map<string, readonly string[]>()

/** @returns the sources of a package that is a file of its own, without other such packages; these files have no map */
const sourcesOf = (file: string): readonly string[] => {
  const known = sourcesOfPackages.get(file)
  if (known) return known
  const { metafile } = buildSync({
    stdin: { contents: `require('${file.replace(/\/index\.js$/, '')}')`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    external: ['pino', 'socks', ...Object.keys(apartBudgets)]
      .map((path) => path.split('/', 1)[0] ?? '')
      .filter((name) => !file.startsWith(`${name}/`)),
    write: false,
    metafile: true,
  })
  const sources = Object.keys(metafile.inputs)
  sourcesOfPackages.set(file, sources)
  return sources
}

/** @returns a source's path relative to the project root. The source map's path is relative to the build folder. */
const belowRoot = (source: string): string => source.slice(Math.max(0, source.indexOf('node_modules/')))

/** @returns the sections of the notices by name and version of the package. */
const sectionsOf = (notices: string): Map<string, { head: string; text: string }> => {
  const parts = notices.split(/^={80}\n/m).slice(1)
  const sections = parts.flatMap((head, index) => (index % 2 === 0 ? [{ head, text: parts[index + 1] ?? '' }] : []))
  return new Map(sections.map((section) => [section.head.split('\n')[0] ?? '', section]))
}
