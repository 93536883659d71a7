/** What the settings' values mean, in the administrator's words. */

const STRATEGIES: Record<string, string> = { 'longest idle': 'Whoever has been idle longest' }

/** A newer server may offer a strategy that this page does not know: its own word stands for it. */
export function strategyText(strategy: string): string {
  return STRATEGIES[strategy] ?? strategy
}
