/** Requests to the API: JSON both ways, the session's CSRF token on whatever changes something. */

import type { AdministrationItem, Problem } from './types.ts'

/** An answer that is not a success; its message is the server's own line for people. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly field: string | null
  /** Every field of a form that is wrong, where the server has looked at all of them. */
  readonly faults: { field: string; text: string }[]
  /** With a conflict: the thing as somebody else has changed it. */
  readonly present: AdministrationItem | null

  constructor(status: number, problem: Pick<Problem, 'code' | 'text' | 'field'> & Partial<Problem>) {
    super(problem.text)
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code
    this.field = problem.field
    this.faults = problem.faults ?? []
    this.present = problem.present ?? null
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Sent {
  /** Sent as JSON; a string is sent as it is, as YAML, and a file as its bytes. */
  body?: unknown
  signal?: AbortSignal
}

export class Api {
  /** The token of the session; null before sign-in. */
  csrf: string | null = null
  /** Told when the server no longer knows the session. */
  signedOut: () => void = () => {}
  readonly #fetch: typeof fetch

  constructor(fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#fetch = fetcher
  }

  get<T>(path: string, sent: Sent = {}): Promise<T> {
    return this.#json<T>('GET', path, sent)
  }

  post<T = void>(path: string, body?: unknown, sent: Omit<Sent, 'body'> = {}): Promise<T> {
    return this.#json<T>('POST', path, { ...sent, body: body ?? {} })
  }

  /** Send a file as it is. */
  upload<T = void>(path: string, file: Blob): Promise<T> {
    return this.#json<T>('POST', path, { body: file })
  }

  put<T = void>(path: string, body: unknown): Promise<T> {
    return this.#json<T>('PUT', path, { body })
  }

  patch<T = void>(path: string, body: unknown): Promise<T> {
    return this.#json<T>('PATCH', path, { body })
  }

  delete<T = void>(path: string): Promise<T> {
    return this.#json<T>('DELETE', path, {})
  }

  async text(path: string): Promise<string> {
    const answer = await this.#send('GET', path, {})
    return answer.text()
  }

  async #json<T>(method: Method, path: string, sent: Sent): Promise<T> {
    const answer = await this.#send(method, path, sent)
    const text = await answer.text()
    return (text ? JSON.parse(text) : undefined) as T
  }

  async #send(method: Method, path: string, sent: Sent): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (method !== 'GET' && this.csrf) headers['X-CSRF'] = this.csrf
    const init: RequestInit = { method, headers, credentials: 'same-origin' }
    if (sent.signal) init.signal = sent.signal
    if (typeof sent.body === 'string') {
      headers['Content-Type'] = 'application/yaml'
      init.body = sent.body
    } else if (sent.body instanceof Blob) {
      headers['Content-Type'] = 'application/octet-stream'
      init.body = sent.body
    } else if (sent.body !== undefined) {
      headers['Content-Type'] = 'application/json'
      init.body = JSON.stringify(sent.body)
    }
    const answer = await this.#reach(path, init)
    if (answer.ok) return answer
    const error = await refusal(answer)
    if (error.status === 401 && path !== '/api/session') this.signedOut()
    throw error
  }

  async #reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(path, init)
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      throw new ApiError(0, {
        code: 'unreachable',
        text: 'Switchboard cannot be reached just now. Check the network, then try again.',
        field: null,
      })
    }
  }
}

async function refusal(answer: Response): Promise<ApiError> {
  const problem = await answer
    .json()
    .then((body: { error?: Problem }) => body.error)
    .catch(() => undefined)
  const plain = {
    code: `http_${answer.status}`,
    text: `The server answered ${answer.status} ${answer.statusText}`.trim() + '.',
    field: null,
  }
  return new ApiError(answer.status, problem ?? plain)
}

/** The line to show for whatever was thrown. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export const api = new Api()
