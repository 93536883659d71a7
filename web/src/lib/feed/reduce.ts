/**
 * What the page knows of the live topics, and how each frame of the feed changes it.
 * Law: a snapshot followed by its changes is the same as a fresh snapshot.
 */

import type { Board, BoardChange, Changes, DeskChange, DeskState, Snapshot, Topic } from '../api/types.ts'

export interface Live<State> {
  seq: number
  state: State
}

export interface Known {
  desk: Live<DeskState> | null
  board: Live<Board> | null
}

export const NOTHING_KNOWN: Known = { desk: null, board: null }

/** A frame was missed, or came before its snapshot: ask for the topic again. */
export interface Gap {
  gap: Topic
}

export function reduce(known: Known, frame: Snapshot | Changes): Known | Gap {
  if (frame.type === 'snapshot') {
    return frame.topic === 'desk'
      ? { ...known, desk: { seq: frame.seq, state: frame.state } }
      : { ...known, board: { seq: frame.seq, state: frame.state } }
  }
  const before = known[frame.topic]
  if (before === null || frame.seq !== before.seq + 1) return { gap: frame.topic }
  if (frame.topic === 'desk') {
    const state = frame.changes.reduce(deskChanged, (before as Live<DeskState>).state)
    return { ...known, desk: { seq: frame.seq, state: { ...state, server_now: frame.server_now } } }
  }
  const state = frame.changes.reduce(boardChanged, (before as Live<Board>).state)
  return { ...known, board: { seq: frame.seq, state: { ...state, server_now: frame.server_now } } }
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
  }
}

function withRow<Row extends { id: string }>(rows: Row[], id: string, row: Row | null): Row[] {
  const at = rows.findIndex((each) => each.id === id)
  if (row === null) return at < 0 ? rows : rows.toSpliced(at, 1)
  return at < 0 ? [...rows, row] : rows.with(at, row)
}
