import { describe, expect, test } from 'vitest'
import { Api, ApiError, textOf } from './client.ts'

function answering(...answers: Response[]) {
  const sent: { path: string; init: RequestInit }[] = []
  const api = new Api(async (path, init) => {
    sent.push({ path: String(path), init: init ?? {} })
    const answer = answers.shift()
    if (!answer) throw new TypeError('Failed to fetch')
    return answer
  })
  return { api, sent }
}

const problem = (status: number, text: string, field: string | null = null) =>
  new Response(JSON.stringify({ error: { code: 'invalid', text, field } }), { status })

test('what changes something carries the token, what reads does not', async () => {
  const { api, sent } = answering(new Response('{}'), new Response('{}'))
  api.csrf = 'secret'
  await api.get('/api/desk')
  await api.post('/api/desk/state', { state: 'available' })
  expect(sent[0]?.init.headers).not.toHaveProperty('X-CSRF')
  expect(sent[1]?.init.headers).toHaveProperty('X-CSRF', 'secret')
  expect(sent[1]?.init.body).toBe('{"state":"available"}')
})

test('text is sent as YAML', async () => {
  const { api, sent } = answering(new Response('{}'))
  await api.post('/api/configuration', 'queues: []\n')
  expect(sent[0]?.init.body).toBe('queues: []\n')
  expect(sent[0]?.init.headers).toHaveProperty('Content-Type', 'application/yaml')
})

test('an empty answer is no value', async () => {
  const { api } = answering(new Response(null, { status: 204 }))
  await expect(api.post('/api/desk/sign-out')).resolves.toBeUndefined()
})

describe('a refusal', () => {
  test('carries the text and the field of the server', async () => {
    const { api } = answering(problem(422, 'There is no such reason.', 'reason'))
    const refused = await api.post('/api/desk/state').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect(refused).toMatchObject({ status: 422, code: 'invalid', field: 'reason' })
    expect(textOf(refused)).toBe('There is no such reason.')
  })

  test('without our JSON still has a line', async () => {
    const { api } = answering(new Response('<html>', { status: 502, statusText: 'Bad Gateway' }))
    await expect(api.get('/api/desk')).rejects.toThrow('The server answered 502 Bad Gateway.')
  })

  test('no network has a line of its own', async () => {
    const { api } = answering()
    await expect(api.get('/api/desk')).rejects.toMatchObject({ code: 'unreachable', status: 0 })
  })

  test('an ended session is told, a failed sign-in is not', async () => {
    const { api } = answering(problem(401, 'Please sign in.'), problem(401, 'Wrong password.'))
    let told = 0
    api.signedOut = () => (told += 1)
    await expect(api.get('/api/desk')).rejects.toThrow('Please sign in.')
    await expect(api.post('/api/session')).rejects.toThrow('Wrong password.')
    expect(told).toBe(1)
  })
})
