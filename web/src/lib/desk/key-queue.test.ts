import { describe, expect, test } from 'vitest'
import { AT_ONCE, KeyQueue, padKey } from './key-queue.ts'

const bare = { altKey: false, ctrlKey: false, metaKey: false }

test('a key of the keyboard stands for the key of the same label', () => {
  expect(padKey({ ...bare, key: '7' })).toBe('7')
  expect(padKey({ ...bare, key: '#' })).toBe('#')
  expect(padKey({ ...bare, key: 'a' })).toBeNull()
  expect(padKey({ ...bare, key: '7', ctrlKey: true })).toBeNull()
})

describe('keys', () => {
  const sent: string[] = []
  const answers: ((taken: boolean) => void)[] = []
  const queue = () => {
    sent.length = answers.length = 0
    return new KeyQueue((keys) => {
      sent.push(keys)
      return new Promise((resolve) => answers.push(resolve))
    })
  }
  const turn = () => new Promise<void>((done) => setTimeout(done))

  test('pressed while others are on their way go together, in order', async () => {
    const keys = queue()
    for (const key of '1234') keys.press(key)
    expect(sent).toEqual(['1'])
    answers[0]?.(true)
    await turn()
    expect(sent).toEqual(['1', '234'])
  })

  test('behind refused ones are not pressed; later ones are', async () => {
    const keys = queue()
    for (const key of '12') keys.press(key)
    answers[0]?.(false)
    await turn()
    expect(sent).toEqual(['1'])
    keys.press('3')
    expect(sent).toEqual(['1', '3'])
  })

  test('never go in larger pieces than the server takes', async () => {
    const keys = queue()
    for (let n = 0; n < AT_ONCE + 2; n++) keys.press('5')
    answers[0]?.(true)
    await turn()
    expect(sent[1]).toHaveLength(AT_ONCE)
  })
})
