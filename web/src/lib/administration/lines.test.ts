import { expect, test } from 'vitest'
import { lineDifferences } from './lines.ts'

const told = (before: string, after: string) =>
  lineDifferences(before, after).map(
    ({ how, text }) => `${{ same: ' ', added: '+', removed: '-' }[how]}${text}`,
  )

test.each([
  ['a\nb\nc\n', 'a\nx\nc\n', [' a', '-b', '+x', ' c']],
  ['', 'a\n', ['+a']],
  ['a\n', '', ['-a']],
  ['a\nb\n', 'a\nb\n', [' a', ' b']],
  ['a\nb\n', 'b\na\nb\n', ['+b', ' a', ' b']],
])('%j to %j', (before, after, lines) => expect(told(before, after)).toEqual(lines))
