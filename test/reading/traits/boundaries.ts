import type { StructureTrait } from '../compose.ts'
import { entity, lines, multipart, multipartBody, pdf, plain, writtenEntity } from '../message.ts'
import { alone, file } from './shown-parts.ts'

/** Ways to separate parts, correct and damaged. */
export const boundaries: readonly StructureTrait[] = [
  {
    name: 'a preamble and an epilogue',
    takes: 'any',
    around: (text) =>
      entity('multipart/mixed; boundary=m', lines('Preamble', multipartBody('m', text), 'Epilogue', '')),
    shows: alone,
    source: 'RFC 2046 section 5.1.1',
  },
  {
    name: 'a multipart without its last boundary',
    takes: 'any',
    around: (text) => entity('multipart/mixed; boundary=m', lines('--m', writtenEntity(text))),
    shows: alone,
    source: 'RFC 2046 section 5.1.1',
  },
  {
    name: 'boundaries followed by blanks',
    takes: 'any',
    around: (text) =>
      entity(
        'multipart/mixed; boundary=m',
        lines('--m \t ', writtenEntity(text), '--m  ', writtenEntity(pdf()), '--m-- \t', ''),
      ),
    shows: (words, kind) => alone(words, kind, [file]),
    source: 'RFC 2046 section 5.1.1: transport padding',
  },
  {
    name: 'a boundary that begins another boundary',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', multipart('mixed', 'm-inner', text, plain('Below')), pdf()),
    shows: (words, kind) => alone(`${words} Below`, kind, [file]),
    source: 'RFC 2046 section 5.1.2',
  },
  {
    name: 'a multipart type without a semicolon',
    takes: 'any',
    around: (text) => entity('multipart/mixed boundary=m', multipartBody('m', text, pdf())),
    shows: (words, kind) => alone(words, kind, [file]),
    source: 'a common fault',
  },
  {
    name: 'a multipart type with blanks',
    takes: 'any',
    around: (text) => entity('Multipart / Mixed ; Boundary = "m"', multipartBody('m', text, pdf())),
    shows: (words, kind) => alone(words, kind, [file]),
    source: 'RFC 822 section 3.1.4, as RFC 2045 section 5.1 uses it',
  },
]
