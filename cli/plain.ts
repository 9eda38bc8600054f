export { printable as plain } from '../lib/messages/printable.ts'
