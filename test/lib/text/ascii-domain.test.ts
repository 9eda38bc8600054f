import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asciiDomain } from '../../../lib/text/ascii-domain.ts'

describe('the ASCII form of a domain', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['bücher。example', 'xn--bcher-kva.example'],
    ['straße.example', 'xn--strae-oqa.example'],
    ['日本.xn--bcher-kva.example', 'xn--wgv71a.xn--bcher-kva.example'],
    ['under_score.bücher.example', 'under_score.xn--bcher-kva.example'],
  ])('the ASCII form of the domain %s is %s', (domain, expected) => {
    expect(asciiDomain(domain)).toBe(expected)
  })

  it.each([
    '',
    'a..b',
    '[192.0.2.1]',
    'ex%61mple.com',
    'b%c3%bccher.example',
    '1.2',
    '0x7f',
    'xn--',
    'xn--zzzzzz99999',
    'bücher.example/x',
    'bücher.example?x',
    'bücher.example#x',
    'bücher.example\\x',
    'bücher.example:25',
    'bü\ncher.example',
    'bü cher.example',
    'bü％cher.example',
    '１２３.999.ü.1',
    'ü\u200d.example',
    'ü\ud800.example',
    `${'ü'.repeat(254)}`,
  ])('the domain %j has no ASCII form and remains as written', (domain) => {
    expect(asciiDomain(domain)).toBe(domain)
  })

  it('a second conversion does not change the ASCII form of a domain, whatever the text is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 })
    const label = fc.stringMatching(/^[a-zäöüß日本_.-]{1,30}$/)
    fc.assert(
      fc.property(fc.oneof(text, label), (domain) => {
        const once = asciiDomain(domain)
        expect(asciiDomain(once)).toBe(once)
      }),
      { numRuns: 5_000 },
    )
  })
})
