import { codeBlock, codeBlockOf, json } from './html.ts'
import type { PlacedOperation } from './operations.ts'

/** @param first the operation of the first request */
export const quickStart = (first: PlacedOperation | undefined): string => {
  const [sample] = first?.['x-codeSamples'] ?? []
  const response = first?.responses[200]
  const [content] = response !== undefined && 'content' in response ? Object.values(response.content ?? {}) : []
  return `<h2 id="quick-start">Quick start</h2>
<h3>1. Set the address and a token</h3>
${codeBlockOf(`API=${origin}`)}
<p>Every request needs a token of a reader or of an admin.</p>
<h4>On your machine, with <code>npm start</code></h4>
<p>The token of an admin is in <code>.local/token</code>, in the folder in which you started the run. The token of a reader is in <code>.local/reader-token</code>.</p>
${codeBlock('TOKEN=$(cat .local/token)')}
<h4>With a deployment</h4>
<p>Sign in with the command line, which writes a token that is valid for an hour to a file. The outputs of the deployment contain the issuer and the id of the client:</p>
${codeBlock('node cli/postmaster.mjs login --token-file ./token --issuer "$ISSUER" --client-id "$CLIENT" --token id\nTOKEN=$(cat ./token)')}
<p>A program has a client id and a secret of its own, and requests tokens from the issuer. <code>docs/deploying.md</code> describes both ways.</p>
<h3>2. Send a request</h3>
${sample === undefined ? '' : codeBlock(sample.source)}
<p>The response tells who you are and what you may do:</p>
${codeBlock(json(content?.example))}
<p>All commands on this page use the variables <code>API</code> and <code>TOKEN</code>.</p>`
}

/** The script replaces it with the address of the page. */
const origin = '<span class="origin">https://…</span>'
