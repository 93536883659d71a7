/** The words the interface uses for what the API names, and what they mean to the eye. */

import type { AgentState, EngagementState, OfferWhy, Role, SoundRecord } from './api/types.ts'
import { span } from './time/formats.ts'

/** How much attention something asks for; each tone is a colour that never stands without its word. */
export type Tone = 'plain' | 'accent' | 'ok' | 'warn' | 'bad'

export interface Word {
  text: string
  tone: Tone
}

const AGENT_STATES: Record<AgentState, Word> = {
  available: { text: 'Available', tone: 'ok' },
  offered: { text: 'Ringing', tone: 'accent' },
  engaged: { text: 'On a call', tone: 'accent' },
  'wrap-up': { text: 'Wrap-up', tone: 'accent' },
  paused: { text: 'Paused', tone: 'warn' },
  delayed: { text: 'Short rest', tone: 'plain' },
  'not responding': { text: 'Not responding', tone: 'bad' },
  'signed out': { text: 'Signed out', tone: 'plain' },
}

/** What to read first when agents stand in a list: trouble, then work, then rest. */
export const STATE_ORDER: readonly AgentState[] = [
  'not responding',
  'offered',
  'engaged',
  'wrap-up',
  'available',
  'delayed',
  'paused',
  'signed out',
]

export function agentState(state: AgentState): Word {
  // A newer server may know a state that this page does not: its own word is better than none.
  return AGENT_STATES[state] ?? { text: capital(state), tone: 'plain' }
}

const ENGAGEMENT_STATES: Record<EngagementState, Word> = {
  talking: { text: 'Talking', tone: 'ok' },
  held: { text: 'On hold', tone: 'warn' },
  'wrap-up': { text: 'Wrap-up', tone: 'accent' },
}

export function engagementState(state: EngagementState): Word {
  return ENGAGEMENT_STATES[state]
}

/** The ends of contacts, visits, offers and talks, as the records name them; others are neither good nor bad. */
const END_TONES: Record<string, Tone> = {
  answered: 'ok',
  accepted: 'ok',
  abandoned: 'warn',
  'abandoned while offered': 'warn',
  'abandoned in line': 'warn',
  'lost in the menu': 'warn',
  'waited too long': 'warn',
  'queue closed': 'warn',
  'call-back not reached': 'warn',
  'refused at a limit': 'bad',
  'refused unknown number': 'warn',
  'refused not set up': 'bad',
  'refused no common codec': 'bad',
  'refused by a fault': 'bad',
  left: 'warn',
  'caller left': 'warn',
  rejected: 'warn',
  busy: 'warn',
  'max wait': 'warn',
  'nobody signed in': 'warn',
  full: 'warn',
  'queue full': 'warn',
  'overflowed when full': 'warn',
  'overflowed after max wait': 'warn',
  'overflowed with nobody signed in': 'warn',
  'overflowed when closed': 'warn',
  'no answer': 'bad',
  'set-up failed': 'bad',
  unreachable: 'bad',
  'media lost': 'bad',
  'signalling lost': 'bad',
}

/** How a visit, an offer or a contact ended; null is still going on. */
export function ending(how: string | null): Word {
  if (how === null) return { text: 'In progress', tone: 'accent' }
  return { text: capital(how), tone: END_TONES[how] ?? 'plain' }
}

/** Who or what ended a talk, as a sentence. by: null while it goes on. */
export function talkEnd(by: string | null, agent: string): string {
  if (by === 'agent') return `${agent} hung up`
  if (by === 'customer') return 'The customer hung up'
  if (by === 'handed over') return `${agent} handed the customer over`
  if (by === 'flow') return 'The flow ended the talk'
  if (by === 'signed out') return `The talk ended: ${agent} was signed out`
  return by === null ? 'The talk goes on' : `The talk ended: ${by}`
}

/** How a talk sounded, in one sentence. */
export function soundLine(sound: SoundRecord): string {
  if (sound.bad_time === 0) return 'Good sound'
  const whose = sound.sides.map((side) => `the ${side}`).join(' and ')
  const lost = Math.round(sound.loss * 100)
  const jitter = Math.round(sound.jitter * 1000)
  return `Bad sound for ${span(sound.bad_time)}, of ${whose}: up to ${lost} % lost, ${jitter} ms of jitter`
}

export function caller(number: string | null): string {
  return number ?? 'Number withheld'
}

/** The server counts the earlier contacts of a customer up to here. */
const COUNTED_EARLIER = 5

export function earlierCount(earlier: number): string {
  if (earlier === 0) return 'first contact'
  if (earlier >= COUNTED_EARLIER) return `${COUNTED_EARLIER} or more earlier contacts`
  return `${earlier} earlier contact${earlier === 1 ? '' : 's'}`
}

const ROLES: Record<Role, string> = {
  administrator: 'Administrator',
  supervisor: 'Supervisor',
  agent: 'Agent',
  survey: 'Survey',
}

export function roleNames(roles: readonly Role[]): string {
  return roles.map((role) => ROLES[role] ?? capital(role)).join(', ')
}

/** The server counts the others up to here. */
const COUNTED_OTHERS = 5

/** Why an offer came to this agent, and what of its needs was set for the customer. */
export function whyLine(why: OfferWhy): string {
  const asks = why.asks.join(', ')
  return asks === '' ? chosenLine(why) : `${chosenLine(why)} As set for this customer: ${asks}.`
}

function chosenLine(why: OfferWhy): string {
  const count = why.others >= COUNTED_OTHERS ? `${COUNTED_OTHERS} or more` : String(why.others)
  const could =
    why.others === 0 ? 'nobody else was free' : `chosen before ${count} other${count === '1' ? '' : 's'}`
  const helps = why.helps ? 'Helps in this queue. ' : ''
  if (why.because !== '') return `${helps}${why.because}; ${could}.`
  if (why.ringing > 1) return `${helps}Rings at ${why.ringing} agents: whoever answers first has it.`
  if (why.strategy === 'longest idle') return `${helps}You were idle longest (${idle(why.score)}); ${could}.`
  if (why.strategy === 'best expected outcome') return helps + outcomeLine(why, could)
  return `${helps}${capital(why.strategy)}; ${could}.`
}

function outcomeLine(why: OfferWhy, could: string): string {
  const outcome = why.outcome
  if (!outcome) {
    if (why.others === 0) return `Best expected outcome; ${could}.`
    return `Nothing is learned of this queue yet: idle longest (${idle(why.score)}); ${could}.`
  }
  const version = `version ${outcome.version}`
  if (outcome.group === 'held out')
    return `Idle longest, as in this whole hour, to have something to compare with; ${version}.`
  if (outcome.group === 'exploring')
    return `Little is known here yet (calls: ${outcome.count}), so one more; ${version}.`
  const seconds = Math.round(outcome.better_by ?? 0)
  const better = seconds > 0 ? `${seconds} s less than with the next` : 'no less than with the next'
  return `Best expected outcome, ${better}; ${version}.`
}

/** Who could not take it and why: `3 engaged, 1 paused`; empty when nobody was left out. */
export function exclusions(why: OfferWhy): string {
  return Object.entries(why.excluded)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ')
}

function idle(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 360) / 10} h`
}

/** `Sales`, `Sales and Support`, `Sales, Support and Orders`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  )
  return letters.join('').toUpperCase()
}
