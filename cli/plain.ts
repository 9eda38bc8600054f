export { printable as plain } from '../lib/text/printable.ts'
