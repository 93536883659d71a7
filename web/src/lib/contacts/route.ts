/** A contact's whole way as one list in the order of time: arrival, flow, lines, offers, talks, recordings, end. */

import type { ContactRecord, EngagementRecord, Micros, OfferRecord, RecordingItem } from '../api/types.ts'
import { between, span } from '../time/formats.ts'
import type { IconName } from '../ui/Icon.svelte'
import { capital, ending, exclusions, soundLine, talkEnd, whyLine } from '../words.ts'

/** One stop on the way. how: the end of what begins here, null while it goes on; left out where nothing does. */
export interface Stop {
  key: string
  at: Micros
  icon: IconName
  title: string
  how?: string | null
  lines: string[]
}

/** Every stop, the earliest first; of one moment, what led to it first. */
export function stops(record: ContactRecord, recordings: readonly RecordingItem[], now: Micros): Stop[] {
  const all = [
    arrived(record),
    ...record.steps.map(step),
    ...record.visits.flatMap((visit) => lines(record, visit, now)),
    ...record.offers.filter((offer) => offer.end !== ELSEWHERE).map((offer) => offered(offer, now)),
    ...record.visits.flatMap((visit) => rangAsWell(record, visit.id)),
    ...record.engagements.flatMap(talked),
    ...recordings.map(recorded),
    ...(record.closed_at === null ? [] : [closed(record, record.closed_at)]),
    ...record.engagements.flatMap(wrappedUp),
  ]
  // The sort is stable: what stands first above comes first within a moment. A flow may begin a little before the
  // arrival is registered, by another clock's reading: nothing comes before the arrival.
  const at = (stop: Stop) => Math.max(stop.at, record.arrived_at)
  return all.toSorted((one, other) => at(one) - at(other))
}

function arrived(record: ContactRecord): Stop {
  const dialled = record.entrance === null ? [] : [`Dialled ${record.entrance}`]
  return { key: 'arrived', at: record.arrived_at, icon: 'phone', title: 'Arrived', lines: dialled }
}

const STEPS: Record<string, [IconName, (said: string) => string]> = {
  menu: ['keys', (said) => `Menu: ${said}`],
  hours: ['clock', (said) => `Opening hours: ${said}`],
  announcement: ['sound', (said) => `Announcement: ${said}`],
  'broke out': ['keys', (said) => `Left the line by key ${said}`],
  'longer wait': ['sound', (said) => `Told of a longer wait: ${said}`],
  recording: ['sound', () => 'Told that talks are recorded'],
}

function step(one: ContactRecord['steps'][number], index: number): Stop {
  // A newer server may know a step that this page does not: its own word is better than none.
  const [icon, title] = STEPS[one.kind] ?? ['flow', (said: string) => `${capital(one.kind)}: ${said}`]
  return { key: `step ${index}`, at: one.at, icon, title: title(one.said), lines: [] }
}

const WENT_ON = {
  until: 'then its clock went on by itself, as it had been told',
  'longest pause': 'then its clock went on by itself: the longest pause was over',
}

/** How long the clock of a contact stood still in line, which is no part of its wait. */
function paused(visit: ContactRecord['visits'][number]): string[] {
  if (visit.paused === 0) return []
  const why = visit.went_on == null ? '' : `, ${WENT_ON[visit.went_on]}`
  return [`${span(visit.paused)} paused${why}`]
}

function lines(record: ContactRecord, visit: ContactRecord['visits'][number], now: Micros): Stop[] {
  const until = visit.left_at ?? now
  const entered: Stop = {
    key: visit.id,
    at: visit.entered_at,
    icon: 'list',
    title: `Queue ${visit.queue_name}`,
    how: visit.how,
    lines: [`${span(between(visit.entered_at, until) - visit.paused)} in line`, ...paused(visit)],
  }
  // An answer, or the end of the contact, is a stop of its own.
  if (visit.how === null || visit.how === 'answered' || until === record.closed_at) return [entered]
  const title = `Left the line: ${ending(visit.how).text.toLowerCase()}`
  return [entered, { key: `${visit.id} left`, at: until, icon: 'leave', title, lines: [] }]
}

function offered(offer: OfferRecord, now: Micros): Stop {
  const why = offer.why
  const passed = why === null ? '' : exclusions(why)
  return {
    key: `offer ${offer.offer}`,
    at: offer.made_at,
    icon: 'bell',
    title: `Offered to ${offer.agent_name}`,
    how: offer.end,
    lines: [
      `Rang ${span(between(offer.made_at, offer.ended_at ?? now))}`,
      ...(why === null ? [] : [whyLine(why).replace('You were idle', 'Idle')]),
      ...(passed ? [`Passed over: ${passed}`] : []),
    ],
  }
}

const ELSEWHERE = 'answered elsewhere'
/** So many of those at whom it rang as well are called by name. */
const NAMED = 5

/** Where it rang until a colleague answered is one stop, however many they were. */
function rangAsWell(record: ContactRecord, visit: string): Stop[] {
  const rang = record.offers.filter((offer) => offer.visit === visit && offer.end === ELSEWHERE)
  if (rang.length === 0) return []
  const names = rang.slice(0, NAMED).map((offer) => offer.agent_name)
  const more = rang.length - names.length
  return [
    {
      key: `${visit} as well`,
      at: Math.min(...rang.map((offer) => offer.made_at)),
      icon: 'bell',
      title: `Rang at ${rang.length} ${rang.length === 1 ? 'other' : 'others'} as well`,
      lines: [`${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}, until it was answered`],
    },
  ]
}

function talked(one: EngagementRecord): Stop[] {
  const begun: Stop = {
    key: one.id,
    at: one.opened_at,
    icon: 'desk',
    title: `${one.agent_name} answered`,
    lines: [],
  }
  if (one.talk_ended_at === null) return [begun]
  const holds = one.holds ? `, on hold ${one.holds === 1 ? 'once' : `${one.holds} times`}` : ''
  const over: Stop = {
    key: `${one.id} over`,
    at: one.talk_ended_at,
    icon: 'hang-up',
    title: talkEnd(one.ended_by, one.agent_name),
    lines: [
      `After ${span(between(one.opened_at, one.talk_ended_at))}${holds}`,
      ...(one.handed_to ? [`To ${one.handed_to}${one.handed_note ? `: ${one.handed_note}` : ''}`] : []),
      ...(one.sound === null ? [] : [soundLine(one.sound)]),
    ],
  }
  return [begun, over]
}

function recorded(one: RecordingItem): Stop {
  const length = one.seconds === null ? [] : [`${span(Math.floor(one.seconds) * 1_000_000)} recorded`]
  return { key: one.id, at: one.started_at, icon: 'mic', title: 'Recording began', lines: length }
}

function closed(record: ContactRecord, at: Micros): Stop {
  const title = `Ended: ${ending(record.end ?? record.how).text.toLowerCase()}`
  return { key: 'closed', at, icon: 'check', title, lines: [] }
}

function wrappedUp(one: EngagementRecord): Stop[] {
  if (one.talk_ended_at === null || one.closed_at === null || !one.wrap_up_time) return []
  const how = one.wrap_up_end === 'limit' ? 'Its time was over' : null
  return [
    {
      key: `${one.id} closed`,
      at: one.closed_at,
      icon: 'clock',
      title: `Wrap-up of ${one.agent_name} ended`,
      lines: [`After ${span(between(one.talk_ended_at, one.closed_at))}`, ...(how === null ? [] : [how])],
    },
  ]
}
