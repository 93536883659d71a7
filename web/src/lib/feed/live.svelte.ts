/** What the feed has told so far, for the pages to show. */

import type { Board, BoardFilter, DeskState, Explanation, Question, Role } from '../api/types.ts'
import { session } from '../session.svelte.ts'
import { clock } from '../time/clock.svelte.ts'
import { FeedConnection, type FeedState, type Socket } from './connection.ts'
import { startCounter, steadyTimers, type Later } from './steady-timers.ts'

function topicsFor(has: (...roles: Role[]) => boolean): string[] {
  const topics: string[] = []
  if (has('agent')) topics.push('desk')
  if (has('supervisor', 'administrator')) topics.push('board')
  return topics
}

function webSocket(url: string): Socket {
  const real = new WebSocket(url)
  const socket: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => real.send(text),
    close: () => real.close(),
  }
  real.onopen = () => socket.onopen?.()
  real.onmessage = (event) => socket.onmessage?.(event)
  real.onclose = (event) => socket.onclose?.(event)
  return socket
}

export class LiveFeed {
  desk: DeskState | null = $state.raw(null)
  board: Board | null = $state.raw(null)
  /** The answer to what `explain` asked; null until it is there. */
  why: Explanation | null = $state.raw(null)
  connection: FeedState = $state.raw({ is: 'closed' })
  /** Called with each state of the desk, in order, before the page shows it. */
  onDesk: (desk: DeskState | null) => void = () => {}
  #probing = false
  #later: Later | null = null

  readonly #feed = new FeedConnection(
    {
      open: webSocket,
      now: () => Date.now(),
      random: () => Math.random(),
      later: (run, ms) => (this.#later ??= steadyTimers(startCounter()))(run, ms),
    },
    {
      known: (known, frame) => {
        if (frame.topic === 'board') this.board = known.board?.state ?? null
        else if (frame.topic === 'why') this.why = known.why?.state ?? null
        else this.#show(known.desk?.state ?? null)
      },
      heard: (serverNow) => clock.learn(serverNow),
      state: (state) => {
        this.connection = state
        // A refused handshake looks like any other failure to a page: ask the API who we are.
        if (state.is === 'connecting' && state.attempt > 0) void this.#probe()
      },
      refused: () => void this.#admit(),
    },
  )

  /** When the page last heard from the server, while it does not (in the page's own milliseconds). */
  get staleSince(): number | null {
    const { connection } = this
    return connection.is === 'connecting' && connection.attempt > 0 ? connection.since : null
  }

  /** Follow the topics that the signed-in person may see; returns how to stop. */
  start(): () => void {
    const back = () => this.hurry()
    const seen = () => {
      if (document.visibilityState === 'visible') this.hurry()
    }
    addEventListener('online', back)
    document.addEventListener('visibilitychange', seen)
    this.#open()
    return () => {
      removeEventListener('online', back)
      document.removeEventListener('visibilitychange', seen)
      this.#feed.close()
      this.board = null
      this.#show(null)
    }
  }

  /** Look at a part of the board from now on. */
  look(filter: BoardFilter): void {
    this.#feed.look(filter)
  }

  /** Follow why, as long as it is open; returns how to stop. */
  explain(asked: Question): () => void {
    this.why = null
    this.#feed.explain(asked)
    return () => {
      this.why = null
      this.#feed.explain(null)
    }
  }

  hurry(): void {
    this.#feed.hurry()
  }

  #open(): void {
    const topics = topicsFor((...roles) => session.has(...roles))
    if (topics.length > 0) this.#feed.open(`/api/feed?topics=${topics.join(',')}`)
  }

  /** The session ended, or its roles changed: in the second case go on with what is still allowed. */
  async #admit(): Promise<void> {
    await this.#probe()
    if (session.person !== null) this.#open()
  }

  #show(desk: DeskState | null): void {
    this.desk = desk
    this.onDesk(desk)
  }

  async #probe(): Promise<void> {
    if (this.#probing) return
    this.#probing = true
    try {
      await session.load()
    } catch (error) {
      // Not reachable: the stale banner says so already, and the feed tries again by itself.
      console.info('the session could not be looked up:', error)
    } finally {
      this.#probing = false
    }
  }
}

export const live = new LiveFeed()
