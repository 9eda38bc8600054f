import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { betweenFolders, circlesIn, importsOf, isFile, sourceFiles } from './layers/import-graph.ts'
import {
  crowdedPlaces,
  namedZod,
  otherDialects,
  sharedClients,
  strangersInPage,
  strayingEnvironment,
  strayingRedaction,
  strayingSockets,
  testPackagesInProduct,
  wrongDirections,
  wrongFloors,
} from './layers/rules.ts'

const root = new URL('../', import.meta.url).pathname
const pageManifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
})

describe('the source files', () => {
  const files = sourceFiles(root, ['lib', 'functions', 'cdk', 'cli', 'local', 'demo', 'verify', 'web'])
  const imports = importsOf(files)
  const betweenFiles = imports.filter(({ to }) => isFile(to))

  it('the source files are found', () => {
    expect(files.size).toBeGreaterThan(50)
    expect(betweenFiles.length).toBeGreaterThan(100)
    expect(
      betweenFiles
        .filter(({ to }) => !files.has(to))
        .map(({ to }) => to)
        .filter((to) => !to.startsWith('test/') && !/\.(json|css|svg)$/.test(to)),
    ).toEqual([])
  })

  it('the source files import in one direction only', () => {
    expect(wrongDirections(imports)).toEqual([])
  })

  it('the rooms of lib, cli, local and verify import only rooms of lower floors', () => {
    expect(wrongFloors(imports)).toEqual([])
  })

  it('no folder of the sources is crowded, and no file is long', () => {
    expect(crowdedPlaces(files)).toEqual([])
  })

  it('the source files have one dialect', () => {
    expect(otherDialects(files)).toEqual([])
  })

  it('the source files have no import cycles between files', () => {
    expect(circlesIn(betweenFiles)).toEqual([])
  })

  it('the source files have no import cycles between folders', () => {
    expect(circlesIn(betweenFolders(betweenFiles))).toEqual([])
  })

  it('the source files give each third-party client one owner', () => {
    expect(sharedClients(imports)).toEqual([])
  })

  it('only the code for mail servers and authorization servers opens sockets', () => {
    expect(strayingSockets(imports)).toEqual([])
  })

  it('no package with a copyleft licence is imported outside the tests', () => {
    expect(testPackagesInProduct(imports)).toEqual([])
  })

  it('the admin page imports only its own packages', () => {
    const { dependencies, devDependencies } = pageManifest.parse(
      JSON.parse(readFileSync(`${root}web/package.json`, 'utf8')),
    )
    const own = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)])
    expect(strangersInPage(imports, own)).toEqual([])
  })

  it('only functions/environment.ts reads the environment', () => {
    expect(strayingEnvironment(files)).toEqual([])
  })

  it('only one folder hides secrets', () => {
    expect(strayingRedaction(files, imports)).toEqual([])
  })

  it('the source files import zod in the form that bundles small', () => {
    expect(namedZod(files)).toEqual([])
  })
})

describe('the layer rules report violations', () => {
  const found = (text: string, from = 'lib/accounts/account.ts') => importsOf(new Map([[from, text]]))

  it.each([
    "import { x } from '../../functions/shared/logger.ts'",
    "import type { X } from '../../cdk/app.ts'",
    "export { x } from '../../cli/x.ts'",
    "import '../../local/main.ts'",
    "const x = await import('../../demo/main.ts')",
    "import {\n  x,\n  y,\n} from '../../functions/environment.ts'",
  ])('the layer rules forbid in lib: %s', (text) => {
    expect(wrongDirections(found(text))).toHaveLength(1)
  })

  it.each([
    ['functions/fetch/index.ts', "import { x } from '../accounts/index.ts'"],
    ['functions/fetch/index.ts', "import { x } from '../../cdk/app.ts'"],
    ['cdk/collector-stack.ts', "import { x } from '../lib/tables/table.ts'"],
    ['cdk/collector-stack.ts', "import { x } from '../functions/fetch/index.ts'"],
    ['local/main.ts', "import { x } from '../lib/tables/tables.ts'"],
    ['demo/main.ts', "import { x } from '../lib/accounts/account.ts'"],
    ['cli/accounts.ts', "import { x } from '../test/support/dynamo.ts'"],
    ['web/accounts/list.tsx', "import { x } from '../../lib/accounts/account.ts'"],
    ['web/accounts/list.tsx', "import { x } from '../../docs/openapi.json'"],
    ['functions/page/handler.ts', "import { x } from '../../web/routes.tsx'"],
    ['cdk/page/page.ts', "import { x } from '../../web/vite/module-list.ts'"],
  ])('the layer rules forbid in %s: %s', (from, text) => {
    expect(wrongDirections(found(text, from))).toHaveLength(1)
  })

  it.each([
    ['functions/fetch/index.ts', "import { x } from '../shared/logger.ts'"],
    ['functions/fetch/handler.ts', "import { x } from './environment.ts'"],
    ['cdk/data/tables.ts', "import { tables } from '../../lib/tables/tables.ts'"],
    ['demo/main.ts', "import { x } from '../test/mail-server/server.ts'"],
  ])('the layer rules allow in %s: %s', (from, text) => {
    expect(wrongDirections(found(text, from))).toEqual([])
  })

  it.each([
    ['lib/network/connect.ts', "import { x } from '../accounts/account.ts'"],
    ['lib/mailbox/imap/removal.ts', "import { x } from '../../accounts/account.ts'"],
    ['lib/mailbox/mailbox.ts', "import { x } from '../runs/run.ts'"],
    ['lib/changes/merge-patch.ts', "import { x } from '../accounts/account.ts'"],
    ['lib/audit/audit-entry.ts', "import { x } from '../changes/versioned-change.ts'"],
    ['lib/reasons/reason.ts', "import { x } from '../text/printable.ts'"],
    ['lib/new-room/x.ts', "import { x } from '../text/printable.ts'"],
    ['cli/terminal/layout/table.ts', "import { x } from '../../api/client.ts'"],
    ['cli/api/client.ts', "import { x } from '../accounts/add.ts'"],
    ['cli/accounts/add.ts', "import { x } from '../main.ts'"],
    ['local/common/errors.ts', "import { x } from '../assembly/deployment.ts'"],
    ['web/shared/flash.tsx', "import { x } from '../runs/list.tsx'"],
    ['web/accounts/list.tsx', "import { x } from '../app.tsx'"],
    ['web/api/client.ts', "import { x } from '../shared/flash.tsx'"],
  ])('the layer rules keep the floors in %s: %s', (from, text) => {
    expect(wrongFloors(found(text, from))).toHaveLength(1)
  })

  it.each([
    ['lib/oauth2/tokens/grant.ts', "import { x } from '../../tables/table.ts'"],
    ['lib/oauth2/tokens/grant.ts', "import { x } from '../setup.ts'"],
    ['cli/accounts/add.ts', "import { x } from '../api/client.ts'"],
    ['cli/main.ts', "import { x } from './accounts/add.ts'"],
    ['web/messages/list.tsx', "import { x } from '../accounts/account-link.tsx'"],
    ['web/messages/list.tsx', "import { x } from '../shared/flash.tsx'"],
    ['cli/api/client.ts', "import { x } from '../../lib/text/printable.ts'"],
  ])('the layer rules allow on the floors in %s: %s', (from, text) => {
    expect(wrongFloors(found(text, from))).toEqual([])
  })

  it('the layer rules report a folder with too many files and a file with too many lines', () => {
    const folder = Array.from({ length: 16 }, (_, index): [string, string] => [`lib/x/${index}.ts`, ''])
    expect(crowdedPlaces(new Map(folder))).toEqual(['lib/x has 16 files'])
    expect(crowdedPlaces(new Map(folder.slice(1)))).toEqual([])
    expect(crowdedPlaces(new Map([['lib/x.ts', 'x\n'.repeat(301)]]))).toEqual(['lib/x.ts has 301 lines'])
    expect(crowdedPlaces(new Map([['lib/x.ts', 'x\n'.repeat(300)]]))).toEqual([])
  })

  it.each([
    'function f() {}',
    'export async function f<T>(x: T): Promise<T> {}',
    'class A {\n  private x = 1\n}',
    'class A {\n  private async f() {}\n}',
  ])('the layer rules report another dialect: %s', (text) => {
    expect(otherDialects(new Map([['lib/a.ts', text]]))).toHaveLength(1)
  })

  it.each([
    'const f = async function* () {}',
    'export async function* f() {}',
    'function fail(x: string): never {}',
    'function check(x: unknown): asserts x is string {}',
    'class A {\n  #x = 1\n  private constructor() {}\n}',
  ])('the layer rules allow as dialect: %s', (text) => {
    expect(otherDialects(new Map([['lib/a.ts', text]]))).toEqual([])
  })

  it('the layer rules report cycles of any length between files and between folders', () => {
    const edge = (from: string, to: string) => ({ from, to })
    expect(circlesIn([edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('c', 'd')])).toEqual(['a → b → c → a'])
    expect(circlesIn([edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')])).toEqual([])
    const files = [edge('lib/a/x.ts', 'lib/b/y.ts'), edge('lib/b/z.ts', 'lib/a/w.ts')]
    expect(circlesIn(files)).toEqual([])
    expect(circlesIn(betweenFolders(files))).toEqual(['lib/a → lib/b → lib/a'])
    const deeper = [edge('lib/a/p/x.ts', 'lib/b/y.ts'), edge('lib/b/q/z.ts', 'lib/a/w.ts')]
    expect(circlesIn(betweenFolders(deeper))).toEqual(['lib/a → lib/b → lib/a'])
    const portAndAdapter = [edge('lib/a/open.ts', 'lib/a/p/x.ts'), edge('lib/a/p/x.ts', 'lib/a/port.ts')]
    expect(circlesIn(betweenFolders(portAndAdapter))).toEqual([])
  })

  it('the layer rules report a client with two owners in one layer', () => {
    const from = (file: string) => ({ from: file, to: '@aws-sdk/client-s3' })
    expect(sharedClients([from('lib/messages/a.ts'), from('lib/messages/b.ts')])).toHaveLength(1)
    expect(sharedClients([from('lib/messages/a.ts'), from('functions/fetch/index.ts')])).toEqual([])
    expect(sharedClients([from('functions/fetch/index.ts'), from('functions/messages/index.ts')])).toEqual([])
  })

  it('the layer rules report a package of the functions and a module of Node.js in the admin page', () => {
    const from = (from: string, to: string) => strangersInPage([{ from, to }], new Set(['react', 'vite']))
    expect(from('web/app.tsx', '@aws-sdk/client-s3')).toEqual(['web/app.tsx imports @aws-sdk/client-s3'])
    expect(from('web/app.tsx', 'node:fs')).toHaveLength(1)
    expect(from('web/app.tsx', 'react')).toEqual([])
    expect(from('web/vite/module-list.ts', 'node:path')).toEqual([])
    expect(from('web/vite.config.ts', 'node:url')).toEqual([])
    expect(from('lib/messages/a.ts', '@aws-sdk/client-s3')).toEqual([])
  })

  it('the layer rules report a package with a copyleft licence outside the tests', () => {
    const to = '@cloud-copilot/iam-simulate'
    expect(testPackagesInProduct([{ from: 'local/policies/evaluate.ts', to }])).toHaveLength(1)
    expect(testPackagesInProduct([{ from: 'test/local/policies/support/judge.ts', to }])).toEqual([])
  })

  it('the layer rules report a socket opened outside lib/mailbox', () => {
    expect(strayingSockets([{ from: 'lib/accounts/check.ts', to: 'node:net' }])).toHaveLength(1)
    expect(strayingSockets([{ from: 'lib/network/connect.ts', to: 'node:net' }])).toEqual([])
  })

  it.each([
    'const shown = text.replaceAll(password, mark)',
    "text.split(credential.accessToken).join('…')",
    'text.replace(this.#secret, mark)',
    "import { spellingsOf } from '../redaction/spellings.ts'",
  ])('the layer rules report a second way to hide secrets: %s', (text) => {
    const files = new Map([['lib/runs/hide.ts', text]])
    expect(strayingRedaction(files, importsOf(files))).toHaveLength(1)
    const room = new Map([['lib/redaction/hide.ts', text]])
    expect(strayingRedaction(room, importsOf(room))).toEqual([])
  })

  it('the layer rules report the form of the zod import that bundles large', () => {
    expect(namedZod(new Map([['lib/a.ts', "import { z } from 'zod'"]]))).toEqual(['lib/a.ts'])
    expect(namedZod(new Map([['lib/a.ts', "import * as z from 'zod'"]]))).toEqual([])
  })

  it.each([
    'const x = process.env.X',
    "const x = process['env'].X",
    'const { env } = process',
    "import { env } from 'node:process'",
  ])('the layer rules report a read of the environment in lib: %s', (text) => {
    expect(strayingEnvironment(new Map([['lib/a.ts', text]]))).toEqual(['lib/a.ts'])
    expect(strayingEnvironment(new Map([['functions/environment.ts', text]]))).toEqual([])
  })
})
