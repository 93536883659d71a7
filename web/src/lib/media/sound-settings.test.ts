import { expect, test } from 'vitest'
import { FIRST, read, SoundSettings, type Store } from './sound-settings.svelte.ts'

function store(): Store & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) }
}

test('each person has his own, and finds it again', () => {
  const kept = store()
  const settings = new SoundSettings(() => kept)
  settings.open('ada')
  settings.choose('ring', { id: 's1', label: 'Speakers' })
  settings.change({ ringVolume: 0.3, checked: true })
  settings.open('ben')
  expect([settings.ringVolume, settings.devices.ring.id]).toEqual([FIRST.ringVolume, ''])
  settings.open('ada')
  expect([settings.ringVolume, settings.devices.ring.id, settings.checked]).toEqual([0.3, 's1', true])
})

test('spoiled or missing parts begin afresh, and nothing is louder than loud', () => {
  expect(read(null)).toEqual(FIRST)
  expect(read('{"devices": {"ring": 7}, "ringVolume": "loud"}')).toEqual(FIRST)
  expect(read('{"ringVolume": 12}').ringVolume).toBe(1)
})

test('closed storage keeps nobody from working', () => {
  const settings = new SoundSettings(() => {
    throw new DOMException('denied', 'SecurityError')
  })
  settings.open('ada')
  settings.change({ ringVolume: 0.2 })
  expect(settings.ringVolume).toBe(0.2)
})
