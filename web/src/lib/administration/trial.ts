/** A trial of a change as it is shown. Pure. */

import type { TrialResult } from '../api/types.ts'

export type Row = TrialResult['parts'][number]['rows'][number]
export type Slice = TrialResult['slices'][number]
type Sure = NonNullable<Row['before']>

const WORDS: Record<string, string> = {
  'service level': 'In time',
  offered: 'Callers',
  answered: 'Answered',
  abandoned: 'Gave up',
  'sent on': 'Left the line otherwise',
  'turned away': 'Met closed doors',
  abandonment: 'Gave up (share)',
  asa: 'Mean wait of the answered',
  'wait p50': 'Half waited up to',
  'wait p90': 'Nine of ten waited up to',
  occupancy: 'Agents with calls (share)',
}
const SHARES = new Set(['service level', 'abandonment', 'occupancy'])
const WAITS = new Set(['asa', 'wait p50', 'wait p90'])

/** What is tried, as a sentence names it. */
export function trialName(section: string, key: string): string {
  return section === 'file' ? 'the configuration as one file' : `${section} ${key}`
}

export function rowName(name: string): string {
  return WORDS[name] ?? name
}

/** `84 %`, `12 s`, `140`; a dash where there is nothing. */
export function valueText(name: string, value: number | null): string {
  if (value === null) return '–'
  if (SHARES.has(name)) return `${Math.round(100 * value)} %`
  return WAITS.has(name) ? `${Math.round(value)} s` : String(Math.round(value))
}

/** A simulated figure with its interval, where it has one that can be seen: `84 % (80 to 88)`. */
export function sureText(name: string, sure: Sure | null): string {
  if (sure === null) return '–'
  const text = valueText(name, sure.mean)
  if (sure.low === null || sure.high === null) return text
  const bare = (value: number) => valueText(name, Math.max(0, value)).replace(/ (%|s)$/, '')
  const [low, high] = [bare(sure.low), bare(SHARES.has(name) ? Math.min(1, sure.high) : sure.high)]
  return low === high ? text : `${text} (${low} to ${high})`
}

/** Points of a line in a picture `width` x `height`, one text per stretch without a gap. */
export function linesOf(
  slices: readonly Slice[],
  of: 'real' | 'before' | 'after',
  width: number,
  height: number,
): string[] {
  const step = width / Math.max(1, slices.length)
  const lines: string[][] = [[]]
  slices.forEach((slice, index) => {
    const share = slice[of]
    if (share === null) {
      if (lines.at(-1)?.length) lines.push([])
    } else {
      lines.at(-1)?.push(`${((index + 0.5) * step).toFixed(1)},${(height * (1 - share)).toFixed(1)}`)
    }
  })
  return lines
    .filter((line) => line.length > 0)
    .map((line) => (line.length === 1 ? `${line[0]} ${line[0]}` : line.join(' ')))
}
