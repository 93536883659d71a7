/** What the settings' values mean, in the administrator's words. */

const STRATEGIES: Record<string, string> = {
  'longest idle': 'Whoever has been idle longest',
  'most skilled': 'The most skilled of them',
  'least skilled': 'Whose skills are just enough, so that experts stay free',
  'least occupied': 'Whoever had least to do today',
  'round robin': 'Each in turn',
  'ordered tiers': 'The first tier, the next when none of it is free',
  'least cost': 'Whose hour costs least',
}

/** A newer server may offer a strategy that this page does not know: its own word stands for it. */
export function strategyText(strategy: string): string {
  return STRATEGIES[strategy] ?? strategy
}

const FORMULAS: Record<string, string> = {
  offered: 'In time, answered or given up, of all offered',
  answered: 'Answered in time, of those answered',
  strict: 'Answered in time, of all offered',
  patient: 'Answered in time, of all but who gave up early',
  'short forgiven': 'Answered in time or just after, of all offered',
}

/** How a queue's service level is reckoned. */
export function formulaText(formula: string): string {
  return FORMULAS[formula] ?? formula
}
