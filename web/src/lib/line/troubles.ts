/** What is wrong with a talk just now, in words: whole sentences for the agent, a few words for the board. */

import type { LineTrouble } from '../api/types.ts'

/** Shares as per cent and seconds as milliseconds, both whole: nobody acts on a decimal. */
export function figures({ loss, jitter }: Pick<LineTrouble, 'loss' | 'jitter'>): string {
  const parts = []
  if (loss) parts.push(`${Math.max(1, Math.round(loss * 100))} % lost`)
  if (jitter) parts.push(`${Math.round(jitter * 1000)} ms jitter`)
  return parts.join(', ')
}

/** For the agent: what is wrong, and what it means for the caller. */
export function said(trouble: LineTrouble): { what: string; then: string } {
  switch (trouble.kind) {
    case 'no sound':
      return {
        what: 'No sound comes from this page.',
        then: 'Your caller hears music. Load the page anew if it does not come back.',
      }
    case 'page silent':
      return { what: 'This page did not answer for a while.', then: 'If it does so again, load it anew.' }
    case 'bad sound':
      return {
        what: trouble.side === 'agent' ? 'Your sound is bad.' : "The caller's sound is bad.",
        then: `${figures(trouble)} at the worst.`,
      }
  }
}

/** For the board: a mark beside the agent's state, the most serious first. */
export function marked(troubles: readonly LineTrouble[]): string | null {
  const order: LineTrouble['kind'][] = ['no sound', 'page silent', 'bad sound']
  const worst = troubles.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))[0]
  if (!worst) return null
  return worst.kind === 'bad sound' && worst.side === 'caller' ? 'caller: bad sound' : worst.kind
}
