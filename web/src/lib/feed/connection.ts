/**
 * The one live connection of a page: it comes back by itself, with growing pauses, and tells since when
 * nothing was heard. Beats are answered here, in the message handler: a hidden tab's timers are throttled to
 * one a minute, its messages are not, and a frozen tab answers nothing at all.
 */

import type { BoardFilter, Changes, PageFrame, Question, ServerFrame, Snapshot, Topic } from '../api/types.ts'
import { NOTHING_KNOWN, reduce, type Known } from './reduce.ts'

/** The server beats every 5 s; two and a half beats without a word make what is shown doubtful. */
export const SILENCE_MS = 12_500
/** The session has ended, or may no longer see this. */
const REFUSALS: ReadonlySet<number> = new Set([4401, 4403])
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

export type FeedState =
  { is: 'closed' } | { is: 'connecting'; since: number; attempt: number } | { is: 'live' }

/** The part of WebSocket that is used. */
export interface Socket {
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  send(text: string): void
  close(): void
}

export interface Surroundings {
  open(url: string): Socket
  /** Milliseconds of the page's own clock. */
  now(): number
  random(): number
  later(run: () => void, ms: number): () => void
}

export interface Listener {
  known(known: Known, frame: Snapshot | Changes): void
  heard(serverNow: number): void
  state(state: FeedState): void
  /** The server closed because of the session; asking again would only be refused again. */
  refused(code: number): void
}

/** Milliseconds to wait before the attempt after `failures` failures: doubling, capped, with jitter. */
export function pauseAfter(failures: number, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1))
  // Half of it at random: after a restart of the server, its pages do not all come at once.
  return longest * (0.5 + random / 2)
}

export class FeedConnection {
  readonly #around: Surroundings
  readonly #listener: Listener
  #url = ''
  #socket: Socket | null = null
  #known: Known = NOTHING_KNOWN
  #open = false
  #filter: BoardFilter | null = null
  #asked: Question | null = null
  #failures = 0
  #lastHeard = 0
  #cancelRetry = () => {}
  #cancelWatch = () => {}

  constructor(around: Surroundings, listener: Listener) {
    this.#around = around
    this.#listener = listener
  }

  open(url: string): void {
    this.close()
    this.#url = url
    this.#lastHeard = this.#around.now()
    this.#connect()
  }

  close(): void {
    this.#cancelRetry()
    this.#cancelWatch()
    this.#drop()
    this.#known = NOTHING_KNOWN
    this.#failures = 0
    this.#listener.state({ is: 'closed' })
  }

  /** Narrow the board; kept for the connections to come. */
  look(filter: BoardFilter): void {
    this.#filter = filter
    if (this.#open) this.#say({ type: 'filter', topic: 'board', filter })
  }

  /** Follow this explanation, in place of the one before; kept for the connections to come. Null: none. */
  explain(asked: Question | null): void {
    this.#asked = asked
    this.#known = { ...this.#known, why: null }
    if (this.#open) this.#say({ type: 'why', asked })
  }

  /** Try now: the network is back, or a person asks. */
  hurry(): void {
    if (this.#url === '' || this.#socket !== null) return
    this.#cancelRetry()
    this.#connect()
  }

  #connect(): void {
    this.#listener.state({ is: 'connecting', since: this.#lastHeard, attempt: this.#failures })
    const socket = this.#around.open(this.#url)
    this.#socket = socket
    this.#open = false
    socket.onopen = () => {
      this.#open = true
      if (this.#filter !== null) this.#say({ type: 'filter', topic: 'board', filter: this.#filter })
      if (this.#asked !== null) this.#say({ type: 'why', asked: this.#asked })
      this.#watch()
    }
    socket.onmessage = (event) => this.#hear(String(event.data))
    socket.onclose = (event) => this.#lost(event.code)
    this.#watch()
  }

  #hear(text: string): void {
    const frame = JSON.parse(text) as ServerFrame
    this.#lastHeard = this.#around.now()
    this.#failures = 0
    this.#watch()
    this.#listener.state({ is: 'live' })
    if (frame.type === 'beat') {
      this.#say({ type: 'beat', n: frame.n })
      this.#listener.heard(frame.server_now)
      return
    }
    // What was on its way when the page had closed it, or asked for another.
    if (frame.topic === 'why' && !this.#wanted(frame)) return
    const next = reduce(this.#known, frame)
    if ('gap' in next) {
      this.#askAgain(next.gap)
      return
    }
    this.#known = next
    this.#listener.heard(frame.type === 'snapshot' ? frame.state.server_now : frame.server_now)
    this.#listener.known(next, frame)
  }

  #wanted(frame: Extract<Snapshot | Changes, { topic: 'why' }>): boolean {
    if (frame.type === 'change') return this.#known.why !== null
    const { asked } = frame.state
    return asked.kind === this.#asked?.kind && asked.id === this.#asked.id
  }

  #askAgain(topic: Topic): void {
    // Until the snapshot comes, further changes of the topic are gaps as well: ask only once.
    if (this.#known[topic] === null) return
    this.#known = { ...this.#known, [topic]: null }
    this.#say({ type: 'again', topic })
  }

  #say(frame: PageFrame): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #watch(): void {
    this.#cancelWatch()
    this.#cancelWatch = this.#around.later(() => {
      // A connection that is open but dead is closed by nobody else for minutes.
      this.#drop()
      this.#retry()
    }, SILENCE_MS)
  }

  #lost(code: number): void {
    this.#cancelWatch()
    this.#socket = null
    this.#open = false
    if (REFUSALS.has(code)) {
      this.#listener.state({ is: 'closed' })
      this.#listener.refused(code)
      return
    }
    this.#retry()
  }

  #retry(): void {
    this.#failures += 1
    this.#known = NOTHING_KNOWN
    this.#listener.state({ is: 'connecting', since: this.#lastHeard, attempt: this.#failures })
    this.#cancelRetry = this.#around.later(
      () => this.#connect(),
      pauseAfter(this.#failures, this.#around.random()),
    )
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#open = false
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }
}
