/** Looking into the YAML text without parsing it: the server alone says what it means. */

/** The line that an error names, counted from 1; null when it names none. */
export function lineIn(message: string): number | null {
  const found = /\bline (\d+)/i.exec(message)
  return found ? Number(found[1]) : null
}

/** Where line `line` (from 1) begins and ends in `text`; the last line when there are fewer. */
export function lineRange(text: string, line: number): { start: number; end: number } {
  const lines = text.split('\n')
  const index = Math.min(Math.max(1, line), lines.length) - 1
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0)
  return { start, end: start + (lines[index]?.length ?? 0) }
}

export interface FlowText {
  key: string
  /** Where it begins, counted from 1. */
  line: number
  text: string
}

/** The items of the top-level `flows:` list as they are written, each with its `key`. */
export function flowTexts(yaml: string): FlowText[] {
  const lines = yaml.split('\n')
  const first = lines.findIndex((line) => /^flows:\s*$/.test(line)) + 1
  if (first === 0) return []
  const length = lines.slice(first).findIndex((line) => /^[^\s#-]/.test(line))
  const section = length < 0 ? lines.slice(first) : lines.slice(first, first + length)
  const indent = section.find((line) => /^\s*- /.test(line))?.search(/-/) ?? 0
  const starts = section.flatMap((line, at) => (line.search(/- /) === indent ? [at] : []))
  return starts.flatMap((start, which) => {
    const text = section
      .slice(start, starts[which + 1])
      .join('\n')
      .trimEnd()
    const key = /^\s*(?:- )?\s*key:\s*["']?([^"'\s#]+)/m.exec(text)?.[1]
    return key === undefined ? [] : [{ key, line: first + start + 1, text: unindented(text, indent) }]
  })
}

function unindented(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => line.slice(by))
    .join('\n')
}
