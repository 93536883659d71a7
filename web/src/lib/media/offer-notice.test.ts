import { describe, expect, test } from 'vitest'
import { OfferNotice, type Shown, type Surroundings, type Told } from './offer-notice.svelte.ts'

const CALL: Told = { key: 'offer 7', title: 'Call for Support', body: 'Jo March' }

function scene(different: Partial<Surroundings> = {}) {
  const told: Told[] = []
  const did: string[] = []
  const notice = new OfferNotice({
    permission: () => 'granted',
    ask: () => Promise.resolve('granted'),
    inFront: () => false,
    show: (one, clicked): Shown => {
      told.push(one)
      click = clicked
      return { close: () => did.push('closed') }
    },
    toFront: () => did.push('front'),
    ...different,
  })
  let click = () => {}
  return { notice, told, did, click: () => click() }
}

test('a call is told once, and no longer than it rings', () => {
  const { notice, told, did } = scene()
  notice.tell(CALL)
  notice.tell(CALL)
  expect(told).toEqual([CALL])
  notice.tell(null)
  expect(did).toEqual(['closed'])
})

test('another call takes its place', () => {
  const { notice, told, did } = scene()
  notice.tell(CALL)
  notice.tell({ ...CALL, key: 'offer 8' })
  expect(told).toHaveLength(2)
  expect(did).toEqual(['closed'])
})

test('only a click brings the page forward', () => {
  const { notice, did, click } = scene()
  notice.tell(CALL)
  expect(did).toEqual([])
  click()
  expect(did).toEqual(['front', 'closed'])
})

describe('nothing is told', () => {
  test('while the page is in front', () => {
    const { notice, told } = scene({ inFront: () => true })
    notice.tell(CALL)
    expect(told).toEqual([])
  })
  test('without permission', () => {
    const { notice, told } = scene({ permission: () => 'default' })
    notice.tell(CALL)
    expect(told).toEqual([])
  })
  test('where the browser only pretends to', () => {
    const { notice } = scene({
      show: () => {
        throw new TypeError('Illegal constructor')
      },
    })
    expect(() => notice.tell(CALL)).not.toThrow()
  })
})

test('permission is asked only while it is open', async () => {
  let asked = 0
  const ask = () => {
    asked++
    return Promise.resolve('denied' as const)
  }
  const { notice } = scene({ permission: () => (asked ? 'denied' : 'default'), ask })
  await notice.ask()
  await notice.ask()
  expect([asked, notice.permission]).toEqual([1, 'denied'])
})
