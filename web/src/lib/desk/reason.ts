/** Names of pause reasons: the API says keys, the state menu knows the names. */

import type { AgentState, DeskChoice, DeskState } from '../api/types.ts'
import { agentState } from '../words.ts'

/** The name of `reason` among the choices; its key when it was retired meanwhile; null when there is none. */
export function reasonName(
  choices: readonly DeskChoice[],
  state: AgentState,
  reason: string | null,
): string | null {
  if (reason === null) return null
  return choices.find((choice) => choice.state === state && choice.reason === reason)?.name ?? reason
}

/** What the agent asked to be after the present work, by name; null when he asked for nothing. */
export function nextName({ agent, states }: Pick<DeskState, 'agent' | 'states'>): string | null {
  if (agent.next_state === null) return null
  return reasonName(states, agent.next_state, agent.next_reason) ?? agentState(agent.next_state).text
}
