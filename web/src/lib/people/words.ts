/** What pages say about people, phones and changes. Pure. */

import type { AuditRow, Member, PhoneShown, Role } from '../api/types.ts'
import { shown } from '../administration/item.ts'
import type { Word } from '../words.ts'

export const ROLES: readonly { value: Role; text: string }[] = [
  { value: 'agent', text: 'Agent: takes calls at the desk' },
  { value: 'supervisor', text: 'Supervisor: sees the board and all contacts' },
  { value: 'administrator', text: 'Administrator: sets up everything, people included' },
  { value: 'survey', text: 'Survey: a program that tells what customers answered, and sees nothing' },
]

/** Whether and how somebody can sign in. */
export function accessWord(member: Member): Word {
  if (member.dismissed_at !== null) return { text: 'Dismissed', tone: 'plain' }
  if (!member.has_password) return { text: 'No password', tone: 'warn' }
  if (member.password_temporary) return { text: 'Temporary password', tone: 'accent' }
  return { text: 'Has a password', tone: 'ok' }
}

/** How a phone fares, worst news first. */
export function phoneWord(phone: PhoneShown): Word {
  if (phone.left_with !== null && phone.people.length === 0)
    return { text: 'Refused: owner left', tone: 'bad' }
  if (phone.devices.length > 0) return { text: 'Registered', tone: 'ok' }
  if (phone.contact !== null) return { text: 'Fixed address', tone: 'plain' }
  if (!phone.has_secret) return { text: 'No secret', tone: 'warn' }
  if (phone.refused !== null) return { text: 'Refused', tone: 'bad' }
  return { text: 'Not registered', tone: 'plain' }
}

/** A browser's own words about itself, short: `Firefox 130 on Linux`. */
export function deviceText(device: string | null): string {
  if (!device) return 'unknown device'
  const browser = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(
    device.replace(/Chrome(?=.*(Edg|OPR)\/)/, ''),
  )
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Version: 'Safari' }
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux|CrOS/.exec(device)?.[0]
  if (!browser) return device.length > 40 ? `${device.slice(0, 40)} …` : device
  const name = names[browser[1] ?? ''] ?? browser[1]
  return [`${name} ${browser[2]}`, system && `on ${system === 'Mac OS X' ? 'macOS' : system}`]
    .filter(Boolean)
    .join(' ')
}

/** One change of the audit, a line per field: `name: Ada → Ida`. */
export function changeLines(row: AuditRow): string[] {
  return Object.entries(row.changes).flatMap(([field, change]) => {
    const name = field.replaceAll('_', ' ')
    if (!Array.isArray(change)) return [`${name} ${text(change)}`]
    const [before, after] = (change as [unknown, unknown]).map((value) => said(field, value)) as [
      unknown,
      unknown,
    ]
    if (empty(before) && empty(after)) return []
    return [empty(before) ? `${name}: ${text(after)}` : `${name}: ${text(before)} → ${text(after)}`]
  })
}

const SPANS = new Set(['ring_time', 'max_wait', 'wrap_up', 'service_level'])

/** Spans are stored as microseconds. */
function said(field: string, value: unknown): unknown {
  return SPANS.has(field) && typeof value === 'number' ? `${value / 1_000_000} s` : value
}

/** What the change was made to: a person's name, else the key that it tells. */
export function subjectText(row: AuditRow): string {
  if (row.subject_name) return row.subject_name
  const key = row.changes['key'] ?? row.changes['name']
  const [, after] = Array.isArray(key) ? (key as unknown[]) : []
  return typeof after === 'string' ? after : ''
}

const LONGEST = 120

function text(value: unknown): string {
  if (empty(value)) return 'nothing'
  const whole = typeof value === 'string' ? value : shown(value)
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)} …` : whole
}

function empty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  )
}

/** Why a new password will not be taken, as far as the page can tell; null when it may be sent. */
export function passwordFault(
  password: string,
  again: string,
): { field: 'password' | 'again'; text: string } | null {
  if (password.length < 10)
    return { field: 'password', text: 'At least 10 characters; a few words are good.' }
  if (password !== again) return { field: 'again', text: 'This is not the same.' }
  return null
}
