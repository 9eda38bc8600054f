// This file is plain JavaScript, because an older Node cannot parse the TypeScript sources.
const wanted = 24
if (Number(process.versions.node.split('.')[0]) < wanted) {
  console.error(
    `Postmaster requires Node ${wanted} or newer, but this is ${process.version}. Run \`npm ci\`, which installs it, and then \`npm run demo\`.`,
  )
  process.exit(3)
}
await import('./main.ts')
