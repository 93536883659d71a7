/** An emergency announcement in words. Pure. */

import type { EmergencyAnnouncement } from '../api/types.ts'

const SHOWN = 3

/** Whose callers hear it: `all numbers`, `100 and 101`, `100, 101, 102 and 4 more`. */
export function forWhom(numbers: readonly string[] | null): string {
  if (numbers === null) return 'all numbers'
  const named = numbers.slice(0, SHOWN)
  const more = numbers.length - named.length
  if (more > 0) return `${named.join(', ')} and ${more} more`
  return named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : (named[0] ?? 'no number')
}

/** What is said: the text, or the sound by its key. */
export function whatIsSaid({ text, sound }: Pick<EmergencyAnnouncement, 'text' | 'sound'>): string {
  return text !== null ? `“${text}”` : `the sound ${sound}`
}

/** Numbers as typed, one a line or with commas, without blanks and repetitions. */
export function numbersOf(typed: string): string[] {
  return [...new Set(typed.split(/[\n,;]/).map((one) => one.replace(/[ ()/-]/g, '')))].filter(Boolean)
}
