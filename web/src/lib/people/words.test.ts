import { describe, expect, it } from 'vitest'
import type { AuditRow, Member, PhoneShown } from '../api/types.ts'
import { accessWord, changeLines, deviceText, passwordFault, phoneWord, subjectText } from './words.ts'

const MEMBER: Member = {
  id: 'p1',
  key: 'ada',
  user_name: 'ada',
  name: 'Ada',
  roles: ['agent'],
  team: null,
  phone: null,
  state: null,
  sessions: 0,
  seen_at: null,
  has_password: true,
  password_temporary: false,
  dismissed_at: null,
}

const PHONE: PhoneShown = {
  key: 'desk',
  user_name: 'desk',
  may_call: false,
  contact: null,
  has_secret: true,
  from_file: false,
  people: ['Ada'],
  left_with: null,
  devices: [],
  refused: null,
}

const DEVICE = { address: '192.0.2.7:5060', transport: 'UDP', since: 1, expires_at: 2, user_agent: '' }

const row = (changes: AuditRow['changes'], subject_name: string | null = null): AuditRow => ({
  id: 'a',
  at: 1,
  by: 'p',
  by_name: 'Amy',
  action: 'changed',
  kind: 'queue',
  subject: 'q',
  subject_name,
  changes,
})

describe('people', () => {
  it.each([
    [{}, 'Has a password'],
    [{ password_temporary: true }, 'Temporary password'],
    [{ has_password: false }, 'No password'],
    [{ has_password: false, dismissed_at: 1 }, 'Dismissed'],
  ])('%o can be let in: %s', (changed, text) => {
    expect(accessWord({ ...MEMBER, ...changed }).text).toBe(text)
  })
})

describe('phones', () => {
  it.each([
    [{}, 'Not registered'],
    [{ devices: [DEVICE] }, 'Registered'],
    [{ refused: { at: 1, address: 'a', why: 'wrong password' } }, 'Refused'],
    [{ devices: [DEVICE], refused: { at: 1, address: 'a', why: 'wrong password' } }, 'Registered'],
    [{ contact: 'sip:a@b' }, 'Fixed address'],
    [{ has_secret: false }, 'No secret'],
    [{ left_with: 'Bob', people: [] }, 'Refused: owner left'],
    [{ left_with: 'Bob' }, 'Not registered'],
  ])('%o fares: %s', (changed, text) => {
    expect(phoneWord({ ...PHONE, ...changed }).text).toBe(text)
  })
})

describe('devices', () => {
  it.each([
    [null, 'unknown device'],
    ['curl/8', 'curl/8'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', 'Firefox 130 on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/129.0 Safari/537 Edg/129.0',
      'Edge 129 on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605 Version/17.4 Safari/605',
      'Safari 17 on macOS',
    ],
  ])('%s', (said, text) => {
    expect(deviceText(said)).toBe(text)
  })
})

describe('the audit', () => {
  it('says what was and what is', () => {
    expect(
      changeLines(row({ name: ['A', 'B'], skills: [null, { english: 3 }], password: 'changed' })),
    ).toEqual(['name: A → B', 'skills: english 3', 'password changed'])
    expect(changeLines(row({ queues: [['a', 'b'], []] }))).toEqual(['queues: a, b → nothing'])
    expect(changeLines(row({ ring_time: [20_000_000, 25_000_000] }))).toEqual(['ring time: 20 s → 25 s'])
    expect(changeLines(row({ retired_at: [null, null], phone: [null, ''] }))).toEqual([])
  })

  it('names what was changed when it can', () => {
    expect(subjectText(row({}, 'Ada'))).toBe('Ada')
    expect(subjectText(row({ key: [null, 'support'] }))).toBe('support')
    expect(subjectText(row({ wrap_up: [1, 2] }))).toBe('')
  })
})

describe('a new password', () => {
  it('is long enough and typed twice', () => {
    expect(passwordFault('short', 'short')?.field).toBe('password')
    expect(passwordFault('long enough', 'long enuogh')?.field).toBe('again')
    expect(passwordFault('long enough', 'long enough')).toBeNull()
  })
})
