/** Who is signed in on this page. */

import { api, ApiError, type Api } from './api/client.ts'
import type { Role, Session, SessionPerson } from './api/types.ts'

export class SignedInPerson {
  person: SessionPerson | null = $state.raw(null)
  /** Whether this is an example center, whose pages offer a tour. */
  example = $state(false)
  /** False until the server was asked once. */
  known = $state(false)
  /** Why the sign-in page is shown again, when the session ended by itself. */
  ended = $state(false)
  readonly #api: Api

  constructor(through: Api) {
    this.#api = through
    through.signedOut = () => this.#forget({ ended: true })
  }

  has(...roles: Role[]): boolean {
    return this.person?.roles.some((role) => roles.includes(role)) ?? false
  }

  /** Ask who is signed in. Raises when the server cannot be reached. */
  async load(): Promise<void> {
    try {
      this.#take(await this.#api.get<Session>('/api/session'))
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error
      this.#forget({ ended: this.person !== null })
    }
  }

  async signIn(user_name: string, password: string, organization: string | null): Promise<void> {
    this.#take(await this.#api.post<Session>('/api/session', { user_name, password, organization }))
  }

  async signOut(): Promise<void> {
    await this.#api.delete('/api/session')
    this.#forget({ ended: false })
  }

  #take(session: Session): void {
    this.#api.csrf = session.csrf
    this.person = session.person
    this.example = session.example
    this.known = true
    this.ended = false
  }

  #forget({ ended }: { ended: boolean }): void {
    this.#api.csrf = null
    this.person = null
    this.known = true
    this.ended = ended
  }
}

export const session = new SignedInPerson(api)
