/** How content a customer said he was, in words. Pure. */

import type { Satisfaction } from '../api/types.ts'

/** `4 of 1 to 5: content`. The word says what the number means, whichever scale it is on. */
export function satisfactionText(
  answer: Pick<Satisfaction, 'score' | 'lowest' | 'highest' | 'share'>,
): string {
  return `${answer.score} of ${answer.lowest} to ${answer.highest}: ${word(answer.share)}`
}

function word(share: number): string {
  if (share >= 0.9) return 'very content'
  if (share >= 0.7) return 'content'
  if (share > 0.3) return 'neither content nor discontent'
  return share > 0.1 ? 'discontent' : 'very discontent'
}
