/** What is said about who fits a requirement. Pure. */

import type { RequirementChecked } from '../api/types.ts'
import type { Tone } from '../words.ts'

const NAMED = 6

/** `3 of 5 agents fit, 2 of them signed in: Anna, Boris, Cem`; null while the text cannot be read. */
export function fitText(found: RequirementChecked): { text: string; tone: Tone } | null {
  if (found.fault !== null) return null
  if (found.of === 0) return { text: 'Nobody serves this queue yet.', tone: 'warn' }
  const of = `${found.of} ${found.of === 1 ? 'agent' : 'agents'}`
  if (found.fitting === 0) return { text: `None of ${of} fits.`, tone: 'warn' }
  const here = found.signed_in === 0 ? 'nobody of them is signed in' : `${found.signed_in} signed in`
  const names = found.agents.slice(0, NAMED).map((one) => one.name)
  const more = found.fitting - names.length
  const listed = names.join(', ') + (more > 0 ? ` and ${more} more` : '')
  return { text: `${found.fitting} of ${of} fit now, ${here}: ${listed}`, tone: 'plain' }
}
