import { describe, expect, test } from 'vitest'
import { flowTexts, lineIn, lineRange } from './text.ts'

const YAML = `organization: {key: demo, name: Demo}
flows:
  - key: main
    name: Main
    steps:
      - say: {text: Hello}
      - hangup: {}

  - key: "night"
    steps: []
numbers:
  - number: "+4420"
`

describe('the flows of a text', () => {
  test('are cut out as written', () => {
    expect(flowTexts(YAML)).toEqual([
      {
        key: 'main',
        line: 3,
        text: '- key: main\n  name: Main\n  steps:\n    - say: {text: Hello}\n    - hangup: {}',
      },
      { key: 'night', line: 9, text: '- key: "night"\n  steps: []' },
    ])
  })
  test('may stand at the margin and at the end', () => {
    expect(flowTexts('flows:\n- name: A\n  key: a\n').map(({ key, line }) => [key, line])).toEqual([['a', 2]])
  })
  test('may be none', () => expect(flowTexts('queues: []\n')).toEqual([]))
})

test('an error names its line', () => {
  expect(lineIn('Line 12: queues.0.ring_time: not a duration')).toBe(12)
  expect(lineIn('people.yaml, line 3, column 5')).toBe(3)
  expect(lineIn('no such queue')).toBeNull()
})

test('a line has its place in the text', () => {
  expect(lineRange('ab\ncde\nf', 2)).toEqual({ start: 3, end: 6 })
  expect(lineRange('ab\ncde\nf', 99)).toEqual({ start: 7, end: 8 })
  expect(lineRange('', 1)).toEqual({ start: 0, end: 0 })
})
