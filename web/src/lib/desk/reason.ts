/** Names of pause reasons: the API says keys, the state menu knows the names. */

import type { AgentState, DeskChoice } from '../api/types.ts'

/** The name of `reason` among the choices; its key when it was retired meanwhile; null when there is none. */
export function reasonName(
  choices: readonly DeskChoice[],
  state: AgentState,
  reason: string | null,
): string | null {
  if (reason === null) return null
  return choices.find((choice) => choice.state === state && choice.reason === reason)?.name ?? reason
}
