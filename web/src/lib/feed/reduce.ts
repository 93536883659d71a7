/**
 * What the page knows of the live topics, and how each frame of the feed changes it.
 * Law: a snapshot followed by its changes is the same as a fresh snapshot.
 */

import type {
  Board,
  BoardChange,
  Changes,
  DeskChange,
  DeskState,
  Explanation,
  Snapshot,
  Topic,
  WhyChange,
} from '../api/types.ts'

export interface Live<State> {
  seq: number
  state: State
}

export interface Known {
  desk: Live<DeskState> | null
  board: Live<Board> | null
  /** The explanation that the page has open. */
  why: Live<Explanation> | null
}

export const NOTHING_KNOWN: Known = { desk: null, board: null, why: null }

/** A frame was missed, or came before its snapshot: ask for the topic again. */
export interface Gap {
  gap: Topic
}

export function reduce(known: Known, frame: Snapshot | Changes): Known | Gap {
  if (frame.type === 'snapshot') {
    return { ...known, [frame.topic]: { seq: frame.seq, state: frame.state } }
  }
  const before = known[frame.topic]
  if (before === null || frame.seq !== before.seq + 1) return { gap: frame.topic }
  const state = changed(before.state, frame)
  return { ...known, [frame.topic]: { seq: frame.seq, state: { ...state, server_now: frame.server_now } } }
}

function changed(before: DeskState | Board | Explanation, frame: Changes): DeskState | Board | Explanation {
  switch (frame.topic) {
    case 'desk':
      return frame.changes.reduce(deskChanged, before as DeskState)
    case 'board':
      return frame.changes.reduce(boardChanged, before as Board)
    case 'why':
      return frame.changes.reduce(whyChanged, before as Explanation)
  }
}

function whyChanged(state: Explanation, change: WhyChange): Explanation {
  return { ...state, [change.part]: change.value }
}

function deskChanged(state: DeskState, change: DeskChange): DeskState {
  return { ...state, [change.part]: change.value }
}

function boardChanged(board: Board, change: BoardChange): Board {
  switch (change.part) {
    case 'queues':
      return { ...board, queues: withRow(board.queues, change.id, change.row) }
    case 'agents':
      return { ...board, agents: withRow(board.agents, change.id, change.row) }
    case 'figures':
      return { ...board, figures: withRow(board.figures, change.id, change.row) }
    case 'stuck':
      return { ...board, stuck: withRow(board.stuck, change.id, change.row) }
  }
}

function withRow<Row extends { id: string }>(rows: Row[], id: string, row: Row | null): Row[] {
  const at = rows.findIndex((each) => each.id === id)
  if (row === null) return at < 0 ? rows : rows.toSpliced(at, 1)
  return at < 0 ? [...rows, row] : rows.with(at, row)
}
