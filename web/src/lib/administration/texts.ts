/** What the settings' values mean, in the administrator's words. */

interface Told {
  /** How it is called in a list. */
  text: string
  /** What it does, in a sentence or two. */
  says: string
}

const STRATEGIES: Record<string, Told> = {
  'longest idle': {
    text: 'Whoever has been idle longest',
    says: 'Fair to agents: whoever rested longest works next.',
  },
  'most skilled': {
    text: 'The most skilled of them',
    says: 'The highest levels of the skills that are asked for. The customer gets whoever knows most; experts work most.',
  },
  'least skilled': {
    text: 'Whose skills are just enough',
    says: 'Of those who can, whoever knows least besides: experts stay free for callers who need them.',
  },
  'least occupied': {
    text: 'Whoever had least to do today',
    says: 'The smallest share of the time since sign-in spent with calls: evens out the work.',
  },
  'round robin': {
    text: 'Each in turn',
    says: 'Whose last offer is the longest ago: everybody is rung equally often, however long the calls are.',
  },
  'ring all': {
    text: 'Everybody at once',
    says: 'Rings at all who are free; the first who answers has it, and the others stop at once. For few agents and calls that must not wait.',
  },
  'ordered tiers': {
    text: 'The first tier, then the next',
    says: 'A second line that steps in while nobody of the first is free. Each agent has a tier in each queue, on his own page.',
  },
  'least cost': {
    text: 'Whose hour costs least',
    says: 'Of those who can, the cheapest. What an hour costs is set on the agent’s own page.',
  },
  'best expected outcome': {
    text: 'With whom it is expected to come out best',
    says: 'Goes by what was learned of each agent: handling time, resolution, satisfaction. A share of the hours is held out to measure the gain.',
  },
}

/** A newer server may offer a strategy that this page does not know: its own word stands for it. */
export function strategyText(strategy: string): string {
  return STRATEGIES[strategy]?.text ?? strategy
}

/** What a strategy does; undefined for one that this page does not know. */
export function strategySays(strategy: string): string | undefined {
  return STRATEGIES[strategy]?.says
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
