// Plain JavaScript: an older Node cannot even read the rest.
const wanted = 24
if (Number(process.versions.node.split('.')[0]) < wanted) {
  console.error(
    `Postmaster needs Node ${wanted} or newer and this is ${process.version}; run \`npm ci\` and then \`npm run demo\`, which brings its own.`,
  )
  process.exit(3)
}
await import('./main.ts')
