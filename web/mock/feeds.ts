/** The mock's live feed: snapshots, changes by difference, and beats. */

import type { Server } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Board, DeskState, Topic } from '../src/lib/api/types.ts'
import type { World } from './world.ts'

interface Follower {
  socket: WebSocket
  topics: Topic[]
}

export class Feeds {
  readonly #world: World
  readonly #followers = new Set<Follower>()
  #seq = 0
  #desk: DeskState | null = null
  #board: Board | null = null
  #beat = 0

  constructor(world: World) {
    this.#world = world
    setInterval(() => {
      this.#beat += 1
      for (const { socket } of this.#followers) {
        socket.send(JSON.stringify({ type: 'beat', n: this.#beat, server_now: world.now() }))
      }
    }, 5_000).unref()
  }

  attach(server: Server): void {
    const sockets = new WebSocketServer({ server, path: '/api/feed' })
    sockets.on('connection', (socket, request) => {
      const topics = new URL(request.url ?? '', 'http://mock').searchParams.get('topics')?.split(',') ?? []
      const follower = { socket, topics: topics as Topic[] }
      this.#followers.add(follower)
      socket.on('close', () => this.#followers.delete(follower))
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as { type: string; topic?: Topic }
        if (frame.type === 'again' && frame.topic) this.#snapshot(socket, frame.topic)
      })
      for (const topic of follower.topics) this.#snapshot(socket, topic)
    })
  }

  publish(): void {
    this.#seq += 1
    const desk = structuredClone(this.#world.desk)
    const board = structuredClone(this.#world.board)
    const before = this.#desk
    const deskChanges =
      before &&
      (['agent', 'states', 'offer', 'engagement'] as const)
        .filter((part) => JSON.stringify(before[part]) !== JSON.stringify(desk[part]))
        .map((part) => ({ part, value: desk[part] }))
    this.#desk = desk
    const rows = (['queues', 'agents', 'figures'] as const).flatMap((part) => [
      ...board[part].map((row) => ({ part, id: row.id, row })),
      ...(this.#board?.[part] ?? [])
        .filter(({ id }) => !board[part].some((row) => row.id === id))
        .map(({ id }) => ({ part, id, row: null })),
    ])
    this.#board = board
    const server_now = this.#world.now()
    for (const { socket, topics } of this.#followers) {
      const say = (topic: Topic, changes: unknown) =>
        socket.send(JSON.stringify({ type: 'change', topic, seq: this.#seq, server_now, changes }))
      if (topics.includes('desk')) say('desk', deskChanges ?? [])
      if (topics.includes('board')) say('board', rows)
    }
  }

  #snapshot(socket: WebSocket, topic: Topic): void {
    this.#desk ??= structuredClone(this.#world.desk)
    const state = { ...this.#world[topic], server_now: this.#world.now() }
    socket.send(JSON.stringify({ type: 'snapshot', topic, seq: this.#seq, state }))
  }
}
