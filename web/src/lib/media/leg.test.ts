import { expect, test } from 'vitest'
import { inOrderOfPreference } from './leg.ts'

test('mu-law comes first, then A-law, then digits; the rest keeps its order', () => {
  const offered = ['audio/opus', 'audio/G722', 'audio/PCMA', 'audio/telephone-event', 'audio/PCMU'].map(
    (mimeType) => ({ mimeType }),
  )
  expect(inOrderOfPreference(offered).map(({ mimeType }) => mimeType)).toEqual([
    'audio/PCMU',
    'audio/PCMA',
    'audio/telephone-event',
    'audio/opus',
    'audio/G722',
  ])
})
