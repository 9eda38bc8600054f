import type { LocalEvent } from '../../local/start-local.ts'

type Denied = Extract<LocalEvent, { type: 'denied' }>

/**
 * The calls of a local run that a role did not allow. A test that causes one expects it. Any other fails the test when
 * the run stops, even if the function handled the error.
 */
export class DeniedCalls {
  readonly #denied: Denied[] = []

  note(event: LocalEvent): void {
    if (event.type === 'denied') this.#denied.push(event)
  }

  /**
   * Takes the denied calls of a function for an action.
   * @throws Error if there are none
   */
  expect(functionId: string, action: string): readonly Denied[] {
    const taken = this.#denied.filter((one) => one.functionId.includes(functionId) && one.action === action)
    if (taken.length === 0) throw new Error(`${functionId} was not denied ${action}`)
    for (const one of taken) this.#denied.splice(this.#denied.indexOf(one), 1)
    return taken
  }

  /** @throws Error if a call was denied that no test expected */
  check(): void {
    const messages = this.#denied.splice(0).map(({ functionId, message }) => `${functionId}: ${message}`)
    if (messages.length > 0) throw new Error(`Roles denied these calls:\n${[...new Set(messages)].join('\n')}`)
  }
}
