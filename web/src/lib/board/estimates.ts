/** How right the announced waits of a queue were, in a calm sentence or two. Pure. */

import type { BoardEstimates } from '../api/types.ts'
import { span } from '../time/formats.ts'

const FEW = 10

/** Nothing where nobody has an estimate yet. */
export function estimateWords(estimates: BoardEstimates | null | undefined): string | null {
  if (!estimates) return null
  const { measured, p50, p90, within, kept } = estimates
  if (measured < FEW) return `Estimated waits: too few calls to judge (${measured} so far).`
  return (
    `Estimated waits were right to within ${near(p50)} for half of the callers and ${near(p90)} for nine of ten; ` +
    `${percent(within)} within the range, ${percent(kept)} no longer than announced.${lean(estimates.bias)}`
  )
}

function near(micros: number): string {
  const seconds = Math.round(micros / 1_000_000)
  return seconds < 100 ? `${seconds} s` : span(micros)
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** Only a bias that matters is worth a word. */
function lean(bias: number | null): string {
  if (bias === null || Math.abs(bias) < 0.1) return ''
  return ` On the whole ${percent(Math.abs(bias))} too ${bias > 0 ? 'long' : 'short'}.`
}
