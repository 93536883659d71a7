/** How a carrier's list is read: what was recognised, what a person says instead, and the question to the server. */

import type { ListColumn, ListPreview, Micros } from '../api/types.ts'

export type Column = ListColumn['holds']
export type Dates = ListPreview['dates']

/** What a column may hold, in the order of the choice. */
export const COLUMNS: readonly (readonly [Column, string])[] = [
  ['start', 'Start'],
  ['time', 'Time of day'],
  ['caller', 'Caller'],
  ['called', 'Called number'],
  ['duration', 'Duration'],
  ['result', 'Result'],
  ['call', 'Call id'],
]

/** columns: what each column of the file holds, by its place. Null throughout: let the server recognise it. */
export interface Reading {
  zone: string | null
  dates: Dates | null
  first: number | null
  delimiter: string | null
  columns: Readonly<Record<number, Column>> | null
}

export const RECOGNISED: Reading = { zone: null, dates: null, first: null, delimiter: null, columns: null }

/** The reading that a preview shows, to be corrected from there. */
export function readingOf(preview: ListPreview): Reading {
  return {
    zone: preview.zone,
    dates: preview.dates,
    first: preview.first,
    delimiter: preview.delimiter,
    columns: Object.fromEntries(preview.columns.map(({ holds, at }) => [at, holds])),
  }
}

/** With this column holding that, or nothing; nothing stands twice. */
export function withColumn(reading: Reading, at: number, holds: Column | null): Reading {
  const others = Object.entries(reading.columns ?? {}).filter(
    ([place, held]) => +place !== at && held !== holds,
  )
  const columns = Object.fromEntries(others) as Record<number, Column>
  if (holds !== null) columns[at] = holds
  return { ...reading, columns }
}

/** What a person may add for the comparison itself. Seconds, and moments. */
export interface Terms {
  name: string
  tolerance: number
  longer: number
  from: Micros | null
  to: Micros | null
}

/** The question to the server, as a query. */
export function queryOf(client: string, reading: Reading, terms?: Terms): URLSearchParams {
  const query = new URLSearchParams({ client })
  const { zone, dates, first, delimiter } = reading
  for (const [name, value] of Object.entries({ zone, dates, first, delimiter })) {
    if (value !== null) query.set(name, String(value))
  }
  for (const [at, holds] of Object.entries(reading.columns ?? {})) query.set(holds, at)
  for (const [name, value] of Object.entries(terms ?? {})) {
    if (value !== null) query.set(name, String(value))
  }
  return query
}

/** A name for the result: of the file, without its ending. */
export function nameOf(file: string): string {
  return file.replace(/\.[^.]{1,5}$/, '').slice(0, 200) || 'Calls'
}

const NAMES: Record<string, string> = { ';': 'semicolon', ',': 'comma', '\t': 'tab', '|': 'bar' }

/** A delimiter as it is called. */
export function delimiterName(delimiter: string): string {
  return NAMES[delimiter] ?? `“${delimiter}”`
}
