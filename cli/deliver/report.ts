import type { Leased } from '../../lib/handover/agents/agent-protocol.ts'
import { cutTo } from '../../lib/text/printable.ts'
import type { OutputTarget } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'

/** In characters. */
const shownSubject = 60

/** Says what the agent does: one line for each delivery and each event, with the time in UTC. */
export class Report {
  readonly #output: OutputTarget
  readonly #quiet: boolean
  readonly #now: () => Date

  constructor(output: OutputTarget, quiet: boolean, now: () => Date = () => new Date()) {
    this.#output = output
    this.#quiet = quiet
    this.#now = now
  }

  info(text: string): void {
    if (!this.#quiet) this.#output.out(this.#line(text))
  }

  problem(text: string, remedy = ''): void {
    this.#output.err(`${this.#line(remedy === '' ? text : `${sentence(text)} ${remedy}`)}\n`)
  }

  delivered(leased: Leased, text: string): void {
    this.info(`${described(leased)} ${text}`)
  }

  failed(leased: Leased, text: string, remedy: string): void {
    this.problem(`${described(leased)} ${text}`, remedy)
  }

  #line(text: string): string {
    return `${this.#now().toISOString().slice(0, 19)}Z  ${plain(text)}`
  }
}

/** The text of a receiver often ends without a full stop. */
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

const described = ({ queue, subject = '' }: Leased): string => `${queue}: “${cutTo(plain(subject), shownSubject)}”`
