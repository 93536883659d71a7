/** How two texts differ, line by line (longest common subsequence). Pure. */

export interface Line {
  how: 'same' | 'added' | 'removed'
  text: string
}

/** Lines of both texts in order. Texts of a few hundred lines; longer ones are shown as replaced. */
export function lineDifferences(before: string, after: string): Line[] {
  const [old, next] = [linesOf(before), linesOf(after)]
  if (old.length * next.length > 1_000_000) {
    return [...old.map((text) => line('removed', text)), ...next.map((text) => line('added', text))]
  }
  // common[i][j]: length of the longest common part of old[i..] and next[j..]
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(next.length + 1).fill(0))
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = next.length - 1; j >= 0; j--) {
      common[i]![j] =
        old[i] === next[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
    }
  }
  const found: Line[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < next.length) {
    if (i < old.length && j < next.length && old[i] === next[j]) {
      found.push(line('same', old[i]!))
      i++
      j++
    } else if (j >= next.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      found.push(line('removed', old[i++]!))
    } else {
      found.push(line('added', next[j++]!))
    }
  }
  return found
}

function linesOf(text: string): string[] {
  const all = text.split('\n')
  if (all.at(-1) === '') all.pop()
  return all
}

function line(how: Line['how'], text: string): Line {
  return { how, text }
}
