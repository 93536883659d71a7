/** What contacts are looked for, as it stands in the address of the page and in the question to the server. */

import type { Disposition, ListedItem, Micros } from '../api/types.ts'

/** Ids, except entrance, number, name, disposition (a key) and the words of end and visit. Null leaves a filter open. */
export interface Filters {
  client: string | null
  /** What was dialled. */
  entrance: string | null
  queue: string | null
  team: string | null
  visit: string | null
  agent: string | null
  customer: string | null
  number: string | null
  name: string | null
  disposition: string | null
  end: string | null
  from: Micros | null
  to: Micros | null
}

const WORDS = [
  'client',
  'entrance',
  'queue',
  'team',
  'visit',
  'agent',
  'customer',
  'number',
  'name',
  'disposition',
  'end',
] as const
const TIMES = ['from', 'to'] as const

/** Every end that an arrival can come to, the most common ones first. */
export const ENDS = [
  'answered',
  'abandoned in line',
  'abandoned while offered',
  'lost in the menu',
  'served by the menu',
  'broke out',
  'out of hours',
  'announcement',
  'nobody signed in',
  'waited too long',
  'queue closed',
  'queue full',
  'call-back asked',
  'call-back not reached',
  'call-back put off',
  'refused at a limit',
  'refused unknown number',
  'refused not set up',
  'refused no common codec',
  'refused by a fault',
  'media lost',
  'signalling lost',
] as const

/** The filters that an address names; what makes no sense is left out. */
export function filtersOf(query: string): Filters {
  const given = new URLSearchParams(query)
  const words = WORDS.map((name) => [name, given.get(name)?.trim() || null] as const)
  const times = TIMES.map((name) => [name, moment(given.get(name))] as const)
  return Object.fromEntries([...words, ...times]) as unknown as Filters
}

/** Filters as a query, in a fixed order; empty when none is set. */
export function queryOf(filters: Filters): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of [...WORDS, ...TIMES]) {
    const value = filters[name]
    if (value !== null) query.set(name, String(value))
  }
  return query
}

/** The page with these filters. */
export function addressOf(filters: Filters): string {
  const query = queryOf(filters).toString()
  return query === '' ? '/contacts' : `/contacts?${query}`
}

/** The dispositions to choose among: of the chosen queue, else of all, each key once and the chosen one always. */
export function dispositionsOf(queues: readonly ListedItem[], filters: Filters): Disposition[] {
  const among = filters.queue === null ? queues : queues.filter((one) => one.id === filters.queue)
  const known = new Map<string, string>()
  for (const { key, name } of among.flatMap((one) => one.dispositions ?? [])) {
    if (!known.has(key)) known.set(key, name)
  }
  const chosen = filters.disposition
  if (chosen !== null && !known.has(chosen)) known.set(chosen, chosen)
  return [...known].map(([key, name]) => ({ key, name }))
}

/** What somebody typed: a number when there are only digits and what is written between them, else a name. */
export function typed(text: string): Pick<Filters, 'number' | 'name'> {
  const said = text.trim()
  if (said === '') return { number: null, name: null }
  return /^\+?[\d\s()./-]+$/.test(said) ? { number: said, name: null } : { number: null, name: said }
}

/** How many filters are set, a span of time counting as one. */
export function countOf(filters: Filters): number {
  const words = WORDS.filter((name) => filters[name] !== null).length
  return words + (filters.from !== null || filters.to !== null ? 1 : 0)
}

/** A moment as the day of a date field, by the reader's clock: `2026-03-29`. */
export function dayOf(at: Micros | null, { before = false } = {}): string {
  if (at === null) return ''
  const day = new Date(at / 1000 - (before ? 1 : 0))
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

/** When the day of a date field begins by the reader's clock, or the one after it; null for none. */
export function beginOf(day: string, { next = false } = {}): Micros | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (!found) return null
  const [year, month, date] = found.slice(1).map(Number) as [number, number, number]
  return new Date(year, month - 1, date + (next ? 1 : 0)).getTime() * 1000
}

function moment(text: string | null): Micros | null {
  if (text === null || !/^\d{1,16}$/.test(text)) return null
  return Number(text)
}
