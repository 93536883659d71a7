/** What the board shows of the line, the people and the day: sums, levels, order, filter and links, pure. */

import type {
  AgentState,
  Board,
  BoardAgent,
  BoardDays,
  BoardEntrance,
  BoardFigures,
  BoardFilter,
  BoardLimits,
  BoardQueue,
  Micros,
} from '../api/types.ts'
import { STATE_ORDER } from '../words.ts'

// -- what asks for attention

export type Level = 'calm' | 'warn' | 'alarm'
const LEVELS: readonly Level[] = ['calm', 'warn', 'alarm']

/** How a value stands to its limits. `falling`: less is worse. Nothing to measure is calm. */
export function level(value: number | null, limits: BoardLimits, falling = false): Level {
  if (value === null) return 'calm'
  const beyond = (limit: number | null) =>
    limit !== null && (falling ? value < limit : value >= limit && value > 0)
  return beyond(limits.alarm) ? 'alarm' : beyond(limits.warn) ? 'warn' : 'calm'
}

export function worst(levels: readonly Level[]): Level {
  return LEVELS[Math.max(0, ...levels.map((one) => LEVELS.indexOf(one)))] ?? 'calm'
}

export interface QueueLevels {
  waiting: Level
  longest: Level
  service: Level
  worst: Level
}

export function queueLevels(queue: BoardQueue, figures: BoardFigures | undefined, now: Micros): QueueLevels {
  const { targets } = queue
  const waiting = level(queue.waiting, targets.waiting)
  const longest = level(waitNow(queue.longest_since, now), targets.longest_wait)
  const share = figures?.service_level ?? null
  const service = level(share === null ? null : share * 100, targets.service_level, true)
  return { waiting, longest, service, worst: worst([waiting, longest, service]) }
}

function waitNow(since: Micros | null, now: Micros): Micros | null {
  return since === null ? null : Math.max(0, now - since)
}

/** Whether somebody is longer in his pause than its reason allows. */
export function overdue(agent: BoardAgent, now: Micros): boolean {
  return agent.longest !== null && now - agent.since > agent.longest
}

/** The server says of so many of a queue when they are due. */
export const MOST_DUE = 50

/** How many of a queue are overdue and how many are paused, in words; empty where none is. */
export function deferred(
  { due, paused }: Pick<BoardQueue, 'due' | 'paused'>,
  now: Micros,
): { overdue: string; paused: string } {
  const late = due.filter((one) => one < now).length
  return {
    overdue: late === 0 ? '' : late >= MOST_DUE ? `${late} or more overdue` : `${late} overdue`,
    paused: paused === 0 ? '' : `${paused} paused`,
  }
}

// -- sums

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

/** The figures of what the board is narrowed to. */
export function summary({ figures, filter }: Board): BoardFigures | undefined {
  const place = filter.queue ?? filter.client ?? 'whole'
  return figures.find(({ id }) => id === place)
}

/** The level that all these queues aim at, in percent; null when they differ. */
export function commonTarget(queues: readonly BoardQueue[]): number | null {
  const all = new Set(queues.map(({ targets }) => targets.level))
  return all.size === 1 ? ([...all][0] ?? null) : null
}

/** The limits of the service level that all these queues share; null when they differ. */
export function commonLimits(queues: readonly BoardQueue[]): BoardLimits | null {
  const [first, ...others] = queues.map(({ targets }) => targets.service_level)
  const same = (one: BoardLimits) => one.warn === first?.warn && one.alarm === first.alarm
  return first && others.every(same) ? first : null
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 1000) / 10} %`
}

// -- the filter and the way to the contacts behind a number

export interface Look {
  filter: BoardFilter
  wall: boolean
}

const SIDES = ['client', 'queue', 'team'] as const
export const EVERYTHING: BoardFilter = { client: null, queue: null, team: null, days: 'today' }

/** Whose days the figures are of, in the words of the page. */
export const DAYS: Record<BoardDays, string> = {
  today: 'Today',
  yesterday: 'Yesterday',
  week: 'This week',
}

function daysOf(text: string | null): BoardDays {
  return text !== null && text in DAYS ? (text as BoardDays) : 'today'
}

export function lookOf(query: string): Look {
  const asked = new URLSearchParams(query)
  const sides = Object.fromEntries(SIDES.map((side) => [side, asked.get(side) || null]))
  const filter = { ...sides, days: daysOf(asked.get('days')) } as Required<BoardFilter>
  return { filter, wall: asked.get('wall') === '1' }
}

export function pathOf({ filter, wall }: Look): string {
  const query = queryOf(filter)
  if (wall) query.set('wall', '1')
  return query.size > 0 ? `/board?${query}` : '/board'
}

/** The filter as a query, of an address or a question to the server. */
export function queryOf(filter: BoardFilter): URLSearchParams {
  const query = new URLSearchParams()
  for (const side of SIDES) if (filter[side]) query.set(side, filter[side])
  if (filter.days && filter.days !== 'today') query.set('days', filter.days)
  return query
}

export type Visit = 'offered' | 'answered' | 'abandoned' | 'other' | 'full' | 'overflowed_out'

/**
 * Where the contacts behind a count are listed; null where the days of several clients differ, so that no one span of
 * time holds them.
 */
export function contactsPath(
  figures: BoardFigures,
  filter: BoardFilter,
  visit: Visit,
  queues: readonly BoardQueue[],
): string | null {
  if (figures.since === null || figures.until === null) return null
  const query = new URLSearchParams({ visit })
  if (figures.id !== 'whole') {
    query.set(
      queues.some(({ id }) => id === figures.id) || filter.queue === figures.id ? 'queue' : 'client',
      figures.id,
    )
  }
  if (filter.team) query.set('team', filter.team)
  query.set('from', String(figures.since))
  query.set('to', String(figures.until))
  return `/contacts?${query}`
}

/** Where the contacts that came in on a number are listed; null where the number is not known. */
export function entrancePath(of: BoardEntrance, end: string | null): string | null {
  if (of.entrance === null) return null
  const query = new URLSearchParams({ client: of.client_id, entrance: of.entrance })
  if (end !== null) query.set('end', end)
  query.set('from', String(of.since))
  query.set('to', String(of.until))
  return `/contacts?${query}`
}

// -- order

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

export interface ClientRows {
  id: string
  name: string
  queues: BoardQueue[]
}

/** The queues by client and name. */
export function byClient(queues: readonly BoardQueue[]): ClientRows[] {
  const clients = new Map<string, ClientRows>()
  for (const queue of queues) {
    const known = clients.get(queue.client_id)
    if (known) known.queues.push(queue)
    else clients.set(queue.client_id, { id: queue.client_id, name: queue.client, queues: [queue] })
  }
  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name)
  return [...clients.values()]
    .map((client) => ({ ...client, queues: client.queues.toSorted(byName) }))
    .toSorted(byName)
}

/** The queues that ask for attention first, then those where most wait. */
export function urgent<Row extends { queue: BoardQueue; levels: QueueLevels }>(rows: readonly Row[]): Row[] {
  return rows.toSorted(
    (one, other) =>
      LEVELS.indexOf(other.levels.worst) - LEVELS.indexOf(one.levels.worst) ||
      other.queue.waiting - one.queue.waiting ||
      one.queue.name.localeCompare(other.queue.name),
  )
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
