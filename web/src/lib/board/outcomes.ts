/** What learned versions bring, in words: seconds of handling that a call saves, and how sure that is. */

import type { LearnedQueue } from '../api/types.ts'

/** What it was expected to bring. */
export function expectedText(queue: Pick<LearnedQueue, 'expected'>): string {
  return queue.expected === null ? '–' : `${queue.expected.toFixed(0)} s saved`
}

type Measured = Pick<LearnedQueue, 'cost' | 'compared' | 'held_out' | 'compared_hours' | 'held_out_hours'>

/** What it has brought: `18 s saved (9 to 27): 150 hours against 16, 4,551 calls`. The server counts costs, so below 0
 * is a gain. */
export function measuredText(queue: Measured): string {
  if (queue.cost === null) return 'Not enough hours yet'
  const { mean, half } = queue.cost
  const saved = -mean
  const text = `${Math.abs(saved).toFixed(0)} s ${saved < 0 ? 'lost' : 'saved'}`
  if (half === null) return text
  return `${text} (${(saved - half).toFixed(0)} to ${(saved + half).toFixed(0)})${comparedText(queue)}`
}

function comparedText(queue: Measured): string {
  // Of a release that held out single calls: they went to the agents chosen least.
  if (queue.held_out_hours === 0) return `, overstated: ${queue.held_out} single calls`
  const [hours, against] = [queue.compared_hours.toLocaleString(), queue.held_out_hours.toLocaleString()]
  return `: ${hours} hours against ${against}, ${(queue.compared + queue.held_out).toLocaleString()} calls`
}

/** What customers answered, and what it has brought: `143 answers; 4 points more (1 to 7)`, on a scale from 0 to 100. */
export function satisfactionText(queue: Pick<LearnedQueue, 'answers' | 'satisfaction'>): string {
  if (queue.answers === 0) return 'Nobody answered'
  const count = `${queue.answers.toLocaleString()} answer${queue.answers === 1 ? '' : 's'}`
  if (queue.satisfaction === null) return count
  const { mean, half } = queue.satisfaction
  const sign = mean < 0 ? -1 : 1
  const word = mean < 0 ? 'less' : 'more'
  const points = (share: number) => (100 * sign * share).toFixed(0)
  const ends = half === null ? '' : ` (${points(mean - sign * half)} to ${points(mean + sign * half)})`
  return `${count}; ${points(mean)} points ${word}${ends}`
}
