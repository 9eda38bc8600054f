import type { Registration } from './clients.ts'
import type { Adapter, AdapterPayload } from './provider.ts'

/** The server's data, in memory. oidc-provider checks whether entries have expired. */
export class Store {
  readonly #rows = new Map<string, AdapterPayload>()
  readonly #clients = new Map<string, Registration>()

  register(client: Registration): void {
    this.#clients.set(client.client_id, client)
  }

  get registrations(): readonly Registration[] {
    return [...this.#clients.values()]
  }

  /** Removes a user's grants and their tokens. @returns the number of grants */
  removeGrants(accountId: string): number {
    const grants = this.#remove('Grant', (payload) => payload.accountId === accountId)
    for (const model of ['AuthorizationCode', 'AccessToken', 'RefreshToken'])
      this.#remove(model, (payload) => payload.accountId === accountId)
    return grants
  }

  removeAccessTokens(accountId: string): void {
    this.#remove('AccessToken', (payload) => payload.accountId === accountId)
  }

  adapter(model: string): Adapter {
    const key = (id: string): string => `${model}:${id}`
    return {
      upsert: async (id, payload) => {
        this.#rows.set(key(id), payload)
      },
      find: async (id) => (model === 'Client' ? this.#client(id) : this.#rows.get(key(id))),
      findByUid: async (uid) =>
        [...this.#rows].find(([row, payload]) => row.startsWith(key('')) && payload.uid === uid)?.[1],
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = this.#rows.get(key(id))
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => {
        this.#rows.delete(key(id))
      },
      revokeByGrantId: async (grantId) => {
        this.#remove(model, (payload) => payload.grantId === grantId)
      },
    }
  }

  #client(id: string): AdapterPayload | undefined {
    const client = this.#clients.get(id)
    return client && { ...client }
  }

  #remove(model: string, matches: (payload: AdapterPayload) => boolean): number {
    const gone = [...this.#rows].filter(([row, payload]) => row.startsWith(`${model}:`) && matches(payload))
    for (const [row] of gone) this.#rows.delete(row)
    return gone.length
  }
}
