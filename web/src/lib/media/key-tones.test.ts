import { expect, test } from 'vitest'
import { keyTones } from './key-tones.ts'

test.each([
  ['1', [697, 1209]],
  ['5', [770, 1336]],
  ['0', [941, 1336]],
  ['#', [941, 1477]],
  ['*', [941, 1209]],
])('%s sounds as it does on any telephone', (key, tones) => expect(keyTones(key)).toEqual(tones))

test.each(['', 'A', '12'])('%j is no key', (key) => expect(keyTones(key)).toBeNull())
