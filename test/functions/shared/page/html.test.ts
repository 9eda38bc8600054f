import { expect, it } from 'vitest'
import { html, withCode } from '../../../../functions/shared/page/html.ts'

it('the html template escapes every text in elements and in attributes', () => {
  const foreign = `<script>alert("1")</script> & '`
  expect(html`<p title="${foreign}">${foreign}</p>`.markup).toBe(
    `<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;</p>`,
  )
})

it('the html template accepts its own markup, lists of it, numbers, undefined and false', () => {
  const item = html`<li>${'<'}</li>`
  expect(html`<ul>${[item, item]}</ul>${7}${undefined}${false}`.markup).toBe('<ul><li>&lt;</li><li>&lt;</li></ul>7')
})

it('the html template refuses an object that only looks like its own markup', () => {
  const forged = JSON.parse('{"markup":"<script>"}')
  expect(() => html`${forged}`.markup).toThrow()
})

it('withCode formats text between backticks as code and escapes it', () => {
  expect(withCode('Set `a<b` to `1`, then go on').markup).toBe('Set <code>a&lt;b</code> to <code>1</code>, then go on')
})
