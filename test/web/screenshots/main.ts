import { fileURLToPath } from 'node:url'
import { synthesiseWhenStale } from '../../../local/synthesise.ts'
import { takePictures } from './take-pictures.ts'

/** `npm run screenshots` takes the pictures in docs/images. */
const root = fileURLToPath(new URL('../../..', import.meta.url))
const assembly = await synthesiseWhenStale(root, (text) => console.log(text))
for (const file of await takePictures(assembly, fileURLToPath(new URL('../../../docs/images', import.meta.url))))
  console.log(file)
