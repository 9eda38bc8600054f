import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Creates a small build of the page. The content of each compressed copy names its encoding. */
export const pageFolder = (files: Readonly<Record<string, string | Uint8Array>> = exampleFiles): string => {
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-page-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

const exampleFiles = {
  'index.html': '<!doctype html><title>Postmaster</title>',
  'index.html.br': 'index in Brotli',
  'index.html.gz': 'index in gzip',
  'favicon.svg': '<svg/>',
  'assets/main-Ab12.js': 'export {}',
  'assets/main-Ab12.js.br': 'script in Brotli',
  'assets/main-Ab12.js.gz': 'script in gzip',
  'assets/style-Cd34.css': 'a{}',
  'assets/style-Cd34.css.gz': 'style in gzip',
  'assets/logo-Ef56.png': new Uint8Array([137, 80, 78, 71, 0, 255]),
}
