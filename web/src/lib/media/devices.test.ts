import { expect, test } from 'vitest'
import { choices, exists, missing, present, SYSTEM, type Device } from './devices.ts'

const device = (kind: MediaDeviceKind, deviceId: string, label = deviceId): Device => ({
  kind,
  deviceId,
  label,
})
const DEVICES = [
  device('audioinput', 'default'),
  device('audioinput', 'communications'),
  device('audioinput', 'm1', 'Desk microphone'),
  device('audioinput', 'm2', 'Headset'),
  device('audiooutput', 'default'),
  device('audiooutput', 's1', 'Speakers'),
  device('audiooutput', 's2', 'Headset'),
  device('videoinput', 'v1'),
]

test('only real devices of the kind can be chosen', () => {
  expect(choices(DEVICES, 'microphone').map(({ id }) => id)).toEqual(['m1', 'm2'])
  expect(choices(DEVICES, 'headset')).toEqual(choices(DEVICES, 'ring'))
  expect(choices([device('audioinput', 'x', '')], 'microphone')).toEqual([{ id: 'x', label: 'Device 1' }])
})

test('before permission the list has entries without ids, which still show that there is something', () => {
  const hidden = [device('audioinput', '', '')]
  expect(choices(hidden, 'microphone')).toEqual([])
  expect(exists(hidden, 'microphone')).toBe(true)
  expect(exists(hidden, 'ring')).toBe(false)
})

test('what is wanted is found by id, or by label after its id changed', () => {
  expect(present(DEVICES, 'microphone', { id: 'm2', label: 'Headset' })).toBe('m2')
  expect(present(DEVICES, 'microphone', { id: 'old', label: 'Headset' })).toBe('m2')
  expect(present(DEVICES, 'ring', { id: 's2', label: 'Headset' })).toBe('s2')
})

test('what is not there gives way to the system, and is told', () => {
  const gone = { id: 'm9', label: 'Gone' }
  expect(present(DEVICES, 'microphone', gone)).toBe('')
  expect(missing(DEVICES, 'microphone', gone)).toBe(true)
  expect(missing(DEVICES, 'microphone', SYSTEM)).toBe(false)
  expect(missing(DEVICES, 'microphone', { id: 'm1', label: '' })).toBe(false)
})
