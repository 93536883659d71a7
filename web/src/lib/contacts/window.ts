/** Which rows of a long list stand on the screen, so that only these are drawn. */

export interface Drawn {
  first: number
  /** After the last one. */
  end: number
}

/** Rows drawn above and below the screen, so that a quick hand sees no gap. */
const AROUND = 20

/** top: where the list begins, from the top of the screen (negative when it has been scrolled past). */
export function drawn(count: number, rowHeight: number, top: number, screen: number): Drawn {
  const above = Math.floor(Math.max(0, -top) / rowHeight)
  const seen = Math.ceil(screen / rowHeight)
  const first = Math.max(0, Math.min(above - AROUND, count - 1))
  return { first, end: Math.min(count, above + seen + AROUND) }
}
