import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writePrivately } from '../../../cli/terminal/private-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postmaster-private-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const modeOf = (file: string) => statSync(file).mode & 0o777
const mail = () => Readable.from([Buffer.from('From: a\r\n'), Buffer.from('\r\nsecret\r\n')])
const text = 'From: a\r\n\r\nsecret\r\n'

describe.skipIf(process.platform === 'win32')('a private file', () => {
  it.each([0o000, 0o022, 0o077, 0o777])('a private file has mode 0600 with a umask of %o', async (umask) => {
    const file = join(folder, 'mail.eml')
    const before = process.umask(umask)
    try {
      await writePrivately(file, mail())
    } finally {
      process.umask(before)
    }
    expect(modeOf(file)).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('a private file is readable only by its owner even while it is being written', async () => {
    const seen: number[] = []
    const source = Readable.from(
      (function* () {
        yield Buffer.from('From: a\r\n')
        for (const name of readdirSync(folder)) seen.push(modeOf(join(folder, name)))
        yield Buffer.from('\r\n')
      })(),
    )
    await writePrivately(join(folder, 'mail.eml'), source)
    expect(seen).toEqual([0o600])
  })

  it('a private file replaces a readable file without showing the new text to processes that have the old one open', async () => {
    const file = join(folder, 'mail.eml')
    writeFileSync(file, 'old')
    chmodSync(file, 0o666)
    const before = statSync(file).ino
    await writePrivately(file, mail())
    expect(modeOf(file)).toBe(0o600)
    expect(statSync(file).ino).not.toBe(before)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('a private file replaces a symbolic link without changing its target', async () => {
    const [target, link] = [join(folder, 'target'), join(folder, 'mail.eml')]
    writeFileSync(target, 'old')
    symlinkSync(target, link)
    await writePrivately(link, mail())
    expect(readFileSync(target, 'utf8')).toBe('old')
    expect(lstatSync(link).isSymbolicLink()).toBe(false)
    expect(modeOf(link)).toBe(0o600)
  })

  it('a private file replaces a dangling symbolic link without creating its target', async () => {
    const [target, link] = [join(folder, 'target'), join(folder, 'mail.eml')]
    symlinkSync(target, link)
    await writePrivately(link, mail())
    expect(existsSync(target)).toBe(false)
    expect(readFileSync(link, 'utf8')).toBe(text)
  })

  it('a failed write keeps the existing private file and leaves no incomplete file', async () => {
    const file = join(folder, 'mail.eml')
    writeFileSync(file, 'old')
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('From: a')
        throw new Error('reset')
      })(),
    )
    await expect(writePrivately(file, broken)).rejects.toThrow('reset')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['mail.eml'])
  })

  it('a private file cannot replace a folder or be written to a missing folder', async () => {
    mkdirSync(join(folder, 'sub'))
    for (const name of ['sub', 'missing/mail.eml'])
      await expect(writePrivately(join(folder, name), mail())).rejects.toMatchObject({ exitCode: 2 })
    expect(readdirSync(folder)).toEqual(['sub'])
  })

  it('private text is written to a device or named pipe without replacing it', async () => {
    await writePrivately('/dev/null', mail())
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    const pipe = join(folder, 'pipe')
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writePrivately(pipe, mail())])
    expect(read).toBe(text)
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })
})
