/** The mock's state and its answers: enough of a contact center for the pages to be looked at. */

import type { Board, DeskOffer, DeskState, Problem, Role, WrapUp } from '../src/lib/api/types.ts'
import * as example from './example.ts'

export interface Asked {
  method: string
  url: URL
  user: string | null
  body: string
}
export interface Answered {
  status: number
  body?: unknown
  type?: string
  cookie?: string
}

const ROLES: Record<string, Role[]> = {
  agent: ['agent'],
  supervisor: ['supervisor', 'agent'],
  administrator: ['administrator', 'supervisor'],
}
const DONE: Answered = { status: 204 }

function refused(status: number, text: string, more: Partial<Problem> = {}): Answered {
  return { status, body: { error: { code: 'mock', text, field: null, ...more } } }
}

function session(user: string): unknown {
  const name = { agent: 'Ada Agent', supervisor: 'Sam Supervisor' }[user] ?? 'Alex Admin'
  return { person: { id: 'a1', name, roles: ROLES[user], organization: 'demo' }, csrf: 'mock' }
}

export class World {
  desk: DeskState = example.desk(this.now())
  board: Board = example.board(this.now())
  #changed: () => void
  #offers = 100
  #exchange: { sdp: string; answer: (sdp: string) => void } | null = null

  constructor(changed: () => void) {
    this.#changed = changed
  }

  now(): number {
    return Date.now() * 1000
  }

  async answer(asked: Asked): Promise<Answered> {
    const { method, url, user } = asked
    const path = url.pathname
    if (path.startsWith('/mock/')) return this.#control(path, asked.body)
    if (path === '/api/session') return this.#session(method, asked.body, user)
    if (path.startsWith('/api/try-it')) return this.#tryIt(path, asked.body)
    if (user === null) return refused(401, 'Please sign in', { code: 'sign_in_needed' })
    if (path.startsWith('/api/desk')) return this.#desk(path, asked.body)
    if (path === '/api/configuration') return this.#configuration(method, asked.body)
    const found = example.lookUp(url, this.now())
    return found === undefined ? refused(404, 'There is no such thing') : { status: 200, body: found }
  }

  #session(method: string, body: string, user: string | null): Answered {
    if (method === 'DELETE') return { ...DONE, cookie: '' }
    if (method === 'GET') {
      return user && ROLES[user] ? { status: 200, body: session(user) } : refused(401, 'Please sign in')
    }
    const { user_name, password } = JSON.parse(body) as { user_name: string; password: string }
    if (!ROLES[user_name] || password !== 'demo')
      return refused(401, 'The user name or the password is wrong')
    return { status: 200, body: session(user_name), cookie: user_name }
  }

  async #desk(path: string, body: string): Promise<Answered> {
    const asked = (body ? JSON.parse(body) : {}) as Record<string, unknown>
    const what = path.split('/').at(-1)
    if (what === 'media') {
      const sdp = await this.#exchanged(String(asked['sdp']))
      return sdp ? { status: 200, body: { sdp } } : refused(503, 'No media worker is free just now')
    }
    const { agent, offer, engagement } = this.desk
    const acts: Record<string, () => void> = {
      desk: () => {},
      'sign-in': () => this.#state('paused', 'break'),
      'sign-out': () => this.#state('signed out', null),
      state: () => this.#state(asked['state'] as 'available', (asked['reason'] as string) ?? null),
      profile: () => (this.desk.agent = { ...agent, reach: asked['reach'] as 'browser' }),
      accept: () => offer && this.#accept(offer),
      reject: () => {
        this.desk.offer = null
        this.#state('available', null)
      },
      hold: () => engagement && Object.assign(engagement, { state: 'held', since: this.now() }),
      resume: () => engagement && Object.assign(engagement, { state: 'talking', since: this.now() }),
      mute: () => engagement && Object.assign(engagement, { muted: true }),
      recording: () => engagement && Object.assign(engagement, { recording: asked['on'] ? 'on' : 'paused' }),
      unmute: () => engagement && Object.assign(engagement, { muted: false }),
      digits: () => {},
      'hang-up': () => this.#wrapUp(),
      'wrap-up': () => this.#note(asked as WrapUp),
    }
    const act = acts[what ?? '']
    if (!act) return refused(404, 'There is no such thing')
    act()
    this.#changed()
    return what === 'desk' ? { status: 200, body: this.desk } : DONE
  }

  #state(state: DeskState['agent']['state'], reason: string | null): void {
    const { agent } = this.desk
    const busy = this.desk.engagement !== null && state !== 'engaged' && state !== 'wrap-up'
    this.desk.agent = busy
      ? { ...agent, next_state: state, next_reason: reason }
      : { ...agent, state, reason, since: this.now(), next_state: null, next_reason: null }
  }

  #accept(offer: DeskOffer): void {
    this.desk.offer = null
    this.desk.engagement = example.engagement(offer, this.now())
    this.#state('engaged', null)
  }

  #wrapUp(): void {
    const { engagement } = this.desk
    if (!engagement) return
    const now = this.now()
    Object.assign(engagement, { state: 'wrap-up', since: now, wrap_up_deadline: now + 45_000_000 })
    this.#state('wrap-up', null)
  }

  #note({ disposition, note, finish }: WrapUp): void {
    const { engagement } = this.desk
    if (!engagement) return
    Object.assign(engagement, { disposition: disposition ?? null, note: note ?? engagement.note })
    if (!finish) return
    this.desk.engagement = null
    this.#state(this.desk.agent.next_state ?? 'available', this.desk.agent.next_reason)
  }

  #configuration(method: string, body: string): Answered {
    if (method === 'GET') return { status: 200, body: example.YAML, type: 'application/yaml' }
    if (body.includes('oops')) {
      const line = body.split('\n').findIndex((text) => text.includes('oops')) + 1
      return refused(422, `Line ${line}, queues.0.ring_time: "oops" is not a duration such as 20s`)
    }
    return { status: 200, body: { applied: false, changes: example.CHANGES } }
  }

  async #tryIt(path: string, body: string): Promise<Answered> {
    if (path === '/api/try-it') return { status: 200, body: example.TRY_IT }
    if (path.endsWith('/hang-up')) return DONE
    const sdp = await this.#exchanged((JSON.parse(body) as { sdp: string }).sdp)
    if (!sdp) return refused(503, 'No media worker is free just now')
    return { status: 200, body: { call: 'c1', sdp, secret: 's' } }
  }

  /** A second page plays the media worker: it fetches the offer and posts an answer. */
  #exchanged(sdp: string): Promise<string | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#exchange = null
        resolve(null)
      }, 2_000)
      this.#exchange = {
        sdp,
        answer: (answer) => {
          clearTimeout(timer)
          resolve(answer)
        },
      }
    })
  }

  #control(path: string, body: string): Answered {
    if (path === '/mock/exchange') {
      const { sdp = null } = this.#exchange ?? {}
      return { status: 200, body: { sdp } }
    }
    if (path === '/mock/answer') {
      this.#exchange?.answer((JSON.parse(body) as { sdp: string }).sdp)
      this.#exchange = null
      return DONE
    }
    if (path === '/mock/ring') {
      this.desk.offer = example.offer(++this.#offers, this.now())
      this.#state('offered', null)
    } else if (path === '/mock/set') {
      const { desk = {}, board = {} } = JSON.parse(body) as { desk?: object; board?: object }
      this.desk = { ...this.desk, ...desk }
      this.board = { ...this.board, ...board }
    } else if (path === '/mock/reset') {
      this.desk = example.desk(this.now())
      this.board = example.board(this.now())
    } else return refused(404, 'There is no such control')
    this.#changed()
    return DONE
  }
}
