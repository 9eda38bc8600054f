import { abortable } from '../../../lib/messages/abortable.ts'

/**
 * A separate process for abortable.test.ts. It reads 512 MiB through `abortable` and prints the memory used, in MiB.
 */
const mebibyte = 1024 * 1024
const chunks = async function* () {
  for (let number = 0; number < 512; number += 1) yield Buffer.alloc(mebibyte, number)
}
const atRest = process.memoryUsage().rss / mebibyte
for await (const chunk of abortable(chunks(), new AbortController().signal)) {
  if (chunk.length !== mebibyte) throw new Error('A chunk has changed')
}
process.stdout.write(JSON.stringify({ atRest, peak: process.resourceUsage().maxRSS / 1024 }))
