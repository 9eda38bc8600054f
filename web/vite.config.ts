import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { moduleList } from './vite/module-list.ts'

/** Cloudscape's global style embeds Open Sans as data URLs, which would be 190 KB of the first visit. */
const withoutFonts: Plugin = {
  name: 'without-fonts',
  enforce: 'pre',
  transform: (code, id) =>
    /@cloudscape-design\/global-styles\/.*\.css/.test(id) ? code.replaceAll(/@font-face\s*\{[^}]*\}/g, '') : undefined,
}

/**
 * By default, each set of screens gets a file with what only they share, and a visit of one screen loads up to 46 files
 * at once. One function serves them, and a new AWS account runs ten functions at once. Therefore, what several screens
 * share is in two files, one of which changes only with the packages.
 */
const sharedCode = [
  { name: 'kit', test: /node_modules/, minShareCount: 3 },
  { name: 'shared', test: /\/web\//, minShareCount: 2 },
]

export default defineConfig(({ command }) => {
  // Test runners set another value. The build would then contain the development version of React.
  if (command === 'build') process.env.NODE_ENV = 'production'
  return {
    base: '/admin/',
    plugins: [withoutFonts, react(), moduleList(fileURLToPath(new URL('../', import.meta.url)))],
    build: {
      target: 'es2023',
      manifest: true,
      // The policy of the page allows no data: scripts and fonts, and images as data: URLs save no request that matters.
      assetsInlineLimit: 0,
      // The polyfill would be an inline script. Every browser of the target can preload modules.
      modulePreload: { polyfill: false },
      rolldownOptions: { output: { codeSplitting: { groups: sharedCode } } },
    },
    server: { proxy: { '^/(?!admin(/(?!session/)|$))': process.env.POSTMASTER_URL ?? 'http://127.0.0.1:3210' } },
  }
})
