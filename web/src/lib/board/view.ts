/** What the board shows of the line and the people: sums, order and filter, pure. */

import type { AgentState, Board, BoardAgent, BoardQueue, Micros } from '../api/types.ts'
import { STATE_ORDER } from '../words.ts'

export interface Sums {
  waiting: number
  /** Since when the longest waiting contact waits; null when nobody waits. */
  longest_since: Micros | null
  /** The queue in which it waits. */
  longest_queue: string | null
  /** Whether somebody waits in a queue that has nobody available. */
  stuck: boolean
  signed_in: number
  states: Record<AgentState, number>
}

export function sums(board: Board): Sums {
  const states = Object.fromEntries(STATE_ORDER.map((state) => [state, 0])) as Record<AgentState, number>
  for (const agent of board.agents) states[agent.state] = (states[agent.state] ?? 0) + 1
  const longest = board.queues.reduce<BoardQueue | null>(longer, null)
  return {
    waiting: board.queues.reduce((sum, queue) => sum + queue.waiting, 0),
    longest_since: longest?.longest_since ?? null,
    longest_queue: longest?.name ?? null,
    stuck: board.queues.some((queue) => queue.waiting > queue.offered && queue.available === 0),
    signed_in: board.agents.length - states['signed out'],
    states,
  }
}

function longer(longest: BoardQueue | null, queue: BoardQueue): BoardQueue | null {
  if (queue.longest_since === null) return longest
  return longest?.longest_since != null && longest.longest_since <= queue.longest_since ? longest : queue
}

export interface AgentFilter {
  /** Part of a name or queue, in any case. */
  text: string
  /** Null shows all but those who are signed out. */
  state: AgentState | null
}

/** Trouble first, then the longest in the state: rows move only when a state changes. */
export function shownAgents(agents: readonly BoardAgent[], filter: AgentFilter): BoardAgent[] {
  const text = filter.text.trim().toLocaleLowerCase()
  return agents
    .filter(({ state }) => (filter.state === null ? state !== 'signed out' : state === filter.state))
    .filter(
      ({ name, queue }) =>
        text === '' ||
        name.toLocaleLowerCase().includes(text) ||
        (queue?.toLocaleLowerCase().includes(text) ?? false),
    )
    .toSorted(
      (one, other) =>
        STATE_ORDER.indexOf(one.state) - STATE_ORDER.indexOf(other.state) ||
        one.since - other.since ||
        one.name.localeCompare(other.name),
    )
}

export function shownQueues(queues: readonly BoardQueue[], client: string | null): BoardQueue[] {
  return queues
    .filter((queue) => client === null || queue.client === client)
    .toSorted((one, other) => one.client.localeCompare(other.client) || one.name.localeCompare(other.name))
}

/** Which rows of a long list are near the visible part: from `first` up to, not including, `end`. */
export function visibleRows(
  count: number,
  rowHeight: number,
  top: number,
  height: number,
  beyond = 8,
): { first: number; end: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - beyond)
  return { first, end: Math.min(count, Math.ceil((top + height) / rowHeight) + beyond) }
}
