/**
 * The page's only script: search, copying, and the address in the samples. Without it, the page shows everything except
 * these. The Content-Security-Policy contains its hash.
 */
export const script = `
'use strict'
const menu = document.querySelector('#contents')
const field = document.querySelector('#search')
const result = document.querySelector('#found')
const entries = [...menu.querySelectorAll('li')].map((item) => {
  const link = item.querySelector('a')
  return { item, link, name: (item.textContent + ' ' + (item.dataset.find ?? '')).toLowerCase() }
})
const contentOf = (entry) => entry.content ??= (document.querySelector(entry.link.hash || null)?.textContent ?? '').toLowerCase()

// Names are searched first, because common words are in most descriptions.
const search = () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean)
  const having = (textOf) => entries.filter((entry) => words.every((word) => textOf(entry).includes(word)))
  const named = having(({ name }) => name)
  const found = new Set(named.length > 0 ? named : having(contentOf))
  for (const entry of entries) entry.item.hidden = !found.has(entry)
  for (const group of menu.querySelectorAll('section, details')) {
    group.hidden = group.querySelector('li:not([hidden])') === null
    if (group.localName === 'details') group.open = words.length > 0 && !group.hidden
  }
  result.textContent = words.length === 0 ? '' : found.size === 0 ? 'Nothing found' : found.size + ' found'
}
field.parentElement.hidden = false
field.addEventListener('input', search)
field.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter') entries.find(({ item }) => !item.hidden)?.link.click()
})
menu.addEventListener('click', ({ target }) => {
  if (target.closest('a') && menu.matches(':popover-open')) menu.hidePopover()
})

for (const place of document.querySelectorAll('.origin')) place.textContent = location.origin

// Browsers offer the clipboard only over TLS and on the own machine.
if (navigator.clipboard)
  for (const block of document.querySelectorAll('.code')) {
    const button = document.createElement('button')
    button.textContent = 'Copy'
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(block.querySelector('code').textContent)
      button.textContent = 'Copied'
      setTimeout(() => (button.textContent = 'Copy'), 2000)
    })
    block.append(button)
  }
`
