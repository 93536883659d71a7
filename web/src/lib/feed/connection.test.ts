import { beforeEach, describe, expect, test } from 'vitest'
import type { DeskState, Question, ServerFrame } from '../api/types.ts'
import { FeedConnection, pauseAfter, SILENCE_MS, type FeedState, type Socket } from './connection.ts'
import type { Known } from './reduce.ts'

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  sent: unknown[] = []
  closed = false
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.closed = true
  }
  say(frame: ServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

/** A clock that jumps: `pass` runs whatever falls due on the way. */
class Time {
  now = 1_000
  #due: { at: number; run: () => void }[] = []
  later(run: () => void, ms: number) {
    const one = { at: this.now + ms, run }
    this.#due.push(one)
    return () => (this.#due = this.#due.filter((each) => each !== one))
  }
  pass(ms: number) {
    const end = this.now + ms
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#due = this.#due.filter((each) => each !== next)
      this.now = next.at
      next.run()
    }
    this.now = end
  }
}

const state = { server_now: 5, offer: null } as DeskState
let sockets: FakeSocket[]
let time: Time
let states: FeedState[]
let known: Known[]
let refused: number[]
let feed: FeedConnection

beforeEach(() => {
  sockets = []
  states = []
  known = []
  refused = []
  time = new Time()
  feed = new FeedConnection(
    {
      open: () => {
        const socket = new FakeSocket()
        sockets.push(socket)
        return socket
      },
      now: () => time.now,
      random: () => 1,
      later: (run, ms) => time.later(run, ms),
    },
    {
      known: (next) => known.push(next),
      heard: () => {},
      state: (next) => states.push(next),
      refused: (code) => refused.push(code),
    },
  )
  feed.open('/api/feed?topics=desk')
})

const snapshot = (seq: number): ServerFrame => ({ type: 'snapshot', topic: 'desk', seq, state })
const change = (seq: number): ServerFrame => ({
  type: 'change',
  topic: 'desk',
  seq,
  server_now: 9,
  changes: [],
})

test('a beat is answered at once with its number', () => {
  sockets[0]?.say({ type: 'beat', n: 41, server_now: 5 })
  expect(sockets[0]?.sent).toEqual([{ type: 'beat', n: 41 }])
})

test('a gap asks once for the topic and heals with the snapshot', () => {
  const [socket] = sockets
  socket?.say(snapshot(1))
  socket?.say(change(3))
  socket?.say(change(4))
  expect(socket?.sent).toEqual([{ type: 'again', topic: 'desk' }])
  socket?.say(snapshot(4))
  socket?.say(change(5))
  expect(known.map((each) => each.desk?.seq)).toEqual([1, 4, 5])
})

test('a lost connection comes back after a pause and says since when it was quiet', () => {
  sockets[0]?.say(snapshot(1))
  time.pass(3_000)
  sockets[0]?.onclose?.({ code: 1006 })
  expect(states.at(-1)).toEqual({ is: 'connecting', since: 1_000, attempt: 1 })
  time.pass(500)
  expect(sockets).toHaveLength(2)
  sockets[1]?.say(snapshot(9))
  expect(states.at(-1)).toEqual({ is: 'live' })
})

test('a connection that says nothing is dropped and made anew', () => {
  sockets[0]?.say(snapshot(1))
  time.pass(SILENCE_MS - 1)
  expect(sockets[0]?.closed).toBe(false)
  time.pass(1)
  expect(sockets[0]?.closed).toBe(true)
  time.pass(500)
  expect(sockets).toHaveLength(2)
})

test('an attempt that never answers is given up too', () => {
  time.pass(SILENCE_MS + 500)
  expect(sockets).toHaveLength(2)
})

test('hurrying connects without waiting for the pause, and never twice', () => {
  sockets[0]?.onclose?.({ code: 1006 })
  feed.hurry()
  feed.hurry()
  time.pass(5_000)
  expect(sockets).toHaveLength(2)
})

test('a refused session is not asked again', () => {
  sockets[0]?.onclose?.({ code: 4401 })
  time.pass(60_000)
  expect(refused).toEqual([4401])
  expect(sockets).toHaveLength(1)
  expect(states.at(-1)).toEqual({ is: 'closed' })
})

test('closed is closed', () => {
  feed.close()
  time.pass(120_000)
  expect(sockets).toHaveLength(1)
})

describe('pauses', () => {
  test('double and end at 15 s', () => {
    expect([1, 2, 3, 4, 5, 6, 9].map((failures) => pauseAfter(failures, 1))).toEqual([
      500, 1000, 2000, 4000, 8000, 15000, 15000,
    ])
  })
  test('are at least half their length', () => expect(pauseAfter(2, 0)).toBe(500))
})

const asked: Question = { kind: 'agent', id: 'a1' }
const why = (of: Question, seq = 0): ServerFrame => ({
  type: 'snapshot',
  topic: 'why',
  seq,
  state: { asked: of, line: null, agent: null, server_now: 5 },
})

test('an explanation is followed until it is closed, also over a new connection', () => {
  sockets[0]?.onopen?.()
  feed.explain(asked)
  expect(sockets[0]?.sent).toEqual([{ type: 'why', asked }])
  sockets[0]?.say(why(asked))
  expect(known.at(-1)?.why?.state.asked).toEqual(asked)
  sockets[0]?.onclose?.({ code: 1006 })
  time.pass(500)
  sockets[1]?.onopen?.()
  expect(sockets[1]?.sent).toEqual([{ type: 'why', asked }])
  feed.explain(null)
  expect(sockets[1]?.sent.at(-1)).toEqual({ type: 'why', asked: null })
})

test('what was on its way when another explanation was asked for is not shown', () => {
  sockets[0]?.onopen?.()
  feed.explain(asked)
  feed.explain({ kind: 'queue', id: 'q1' })
  sockets[0]?.say(why(asked))
  sockets[0]?.say({ type: 'change', topic: 'why', seq: 1, server_now: 9, changes: [] })
  expect(known).toEqual([])
  expect(sockets[0]?.sent).toHaveLength(2)
  sockets[0]?.say(why({ kind: 'queue', id: 'q1' }))
  expect(known.at(-1)?.why?.state.asked.kind).toBe('queue')
})
