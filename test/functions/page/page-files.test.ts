import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pageFiles } from '../../../functions/page/page-files.ts'
import { pageFolder } from './page-folder.ts'

it('the files of the page include those in subfolders, and not the compressed copies', () => {
  expect([...pageFiles(pageFolder()).keys()].sort()).toEqual([
    'assets/logo-Ef56.png',
    'assets/main-Ab12.js',
    'assets/style-Cd34.css',
    'favicon.svg',
    'index.html',
  ])
})

it('the content of a file is read when it is first needed, and then kept', () => {
  const folder = pageFolder()
  const file = pageFiles(folder).get('index.html')
  expect(file?.content('br')).toBe(Buffer.from('index in Brotli').toString('base64'))
  rmSync(join(folder, 'index.html.br'))
  expect(file?.content('br')).toBe(Buffer.from('index in Brotli').toString('base64'))
})

it('the ETag of a file depends only on its content', () => {
  const etag = (content: string) =>
    pageFiles(pageFolder({ 'index.html': content }))
      .get('index.html')
      ?.etag()
  expect(etag('one')).toMatch(/^W\/"[\w-]{22}"$/)
  expect(etag('one')).toBe(etag('one'))
  expect(etag('one')).not.toBe(etag('two'))
})

it('a file of an unknown type is refused at once, because a browser would not use it', () => {
  expect(() => pageFiles(pageFolder({ 'index.html': '', 'font.ttf': '' }))).toThrow(
    'The page contains font.ttf, whose content type is not known.',
  )
})
