import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const fixtureStacks = fileURLToPath(new URL('../fixtures/stacks', import.meta.url))

// biome-ignore lint/suspicious/noExplicitAny: tests of refusals change templates freely
export type Template = { Parameters?: any; Resources: Record<string, any>; Outputs?: any }

/** A copy of the fixture's assembly with changes. Its bundles stay where they are. */
export function changedAssembly(change: (runner: Template, stateful: Template) => void): {
  path: string
  remove: () => void
} {
  const path = temporaryFolder()
  const read = (name: string) => JSON.parse(readFileSync(join(fixtureStacks, name), 'utf8'))
  const [runner, stateful] = [read('Runner.template.json'), read('Stateful.template.json')]
  change(runner, stateful)
  const assets = read('Runner.assets.json')
  for (const file of Object.values<{ source: { path: string } }>(assets.files)) {
    file.source.path = resolve(fixtureStacks, file.source.path)
  }
  const files: Record<string, unknown> = {
    'manifest.json': read('manifest.json'),
    'Stateful.assets.json': read('Stateful.assets.json'),
    'Runner.assets.json': assets,
    'Runner.template.json': runner,
    'Stateful.template.json': stateful,
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), JSON.stringify(content))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'postmaster-local-test-'))

/** Waits until `check` returns a value, for at most `limitMs`. */
export async function eventually<T>(
  check: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 60_000,
): Promise<T> {
  const until = Date.now() + limitMs
  for (;;) {
    const found = await check()
    if (found !== undefined && found !== false) return found
    if (Date.now() > until) throw new Error(`nothing after ${limitMs} ms: ${check}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
