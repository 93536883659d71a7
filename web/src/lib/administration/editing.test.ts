import { afterEach, expect, test, vi } from 'vitest'
import { api, ApiError } from '../api/client.ts'
import { Editing } from './editing.svelte.ts'

const SUPPORT = {
  key: 'support',
  revision: 'r1',
  item: { key: 'support', name: 'Support', ring_time: '20s' },
}
const THEIRS = { ...SUPPORT, revision: 'r2', item: { ...SUPPORT.item, name: 'Help' } }

afterEach(() => vi.restoreAllMocks())

function refused(status: number, problem: object): void {
  const body = { code: 'x', text: 'no', field: null, ...problem }
  vi.spyOn(api, 'put').mockRejectedValue(new ApiError(status, body))
}

test('an edit is dirty until it is what it was, and is sent with its revision', async () => {
  const editing = new Editing('queues', 'key', SUPPORT)
  expect(editing.dirty).toBe(false)
  editing.set('ring_time', '25s')
  expect(editing.changes).toEqual([{ name: 'ring_time', before: '20s', after: '25s' }])
  editing.set('ring_time', '20s')
  expect(editing.dirty).toBe(false)
  editing.set('max_wait', '')
  expect(editing.dirty).toBe(false)
  editing.set('name', 'Help')
  const put = vi.spyOn(api, 'put').mockResolvedValue({ applied: true, item: THEIRS, changes: [] })
  expect(await editing.save()).toBe(true)
  const body = { item: { key: 'support', name: 'Help', ring_time: '20s' }, revision: 'r1' }
  expect(put).toHaveBeenCalledWith('/api/administration/queues/support', body)
  expect(editing.revision).toBe('r2')
  expect(editing.dirty).toBe(false)
})

test('faults stand at their fields; what no field shows is said of the whole', async () => {
  const editing = new Editing('queues', 'key', SUPPORT)
  editing.shows('dispositions')
  refused(422, {
    faults: [
      { field: 'dispositions.1.key', text: 'is no key' },
      { field: 'hidden', text: 'is wrong' },
    ],
  })
  expect(await editing.save()).toBe(false)
  expect(editing.fault('dispositions')).toBe('is no key')
  expect(editing.error).toBe('hidden: is wrong')
  editing.set('dispositions', [])
  expect(editing.fault('dispositions')).toBeNull()
})

test('what somebody else changed is shown, and may be taken or replaced', async () => {
  const editing = new Editing('queues', 'key', SUPPORT)
  editing.set('ring_time', '25s')
  refused(409, { present: THEIRS, field: 'revision' })
  expect(await editing.save()).toBe(false)
  expect(editing.theirs).toEqual(THEIRS)
  editing.keepMine()
  expect(editing.revision).toBe('r2')
  expect(editing.value('ring_time')).toBe('25s')
  expect(await editing.save()).toBe(false)
  editing.takeTheirs()
  expect(editing.draft).toEqual(THEIRS.item)
})

test('a new thing without a key is not sent', async () => {
  const editing = new Editing('queues', 'key', null)
  const put = vi.spyOn(api, 'put')
  expect(await editing.save()).toBe(false)
  expect(put).not.toHaveBeenCalled()
  expect(editing.error).toContain('key')
})
