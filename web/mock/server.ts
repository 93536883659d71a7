/**
 * A stand-in for the server while developing pages: `npm run mock`, then `npm run dev` or, for the built pages,
 * http://127.0.0.1:4100. Sign in as `agent`, `supervisor` or `administrator` with the password `demo`.
 * `curl -X POST 127.0.0.1:4100/mock/ring` makes a call ring; `/mock/set` replaces parts of desk and board.
 * Nothing of it is shipped.
 */

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { Feeds } from './feeds.ts'
import { World } from './world.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4100' }, pages: { type: 'string', default: 'dist' } },
})

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
/** As strict as the real one, so that a page that breaks it breaks here first. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "media-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

const world = new World(() => feeds.publish())
const feeds = new Feeds(world)

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function page(path: string, response: ServerResponse): Promise<void> {
  const wanted = extname(path) ? path : '/index.html'
  try {
    const content = await readFile(join(values.pages, normalize(wanted)))
    response.writeHead(200, {
      'Content-Type': TYPES[extname(wanted)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
    })
    response.end(content)
  } catch {
    response.writeHead(404).end('not found')
  }
}

const server = createServer((request, response) => {
  void (async () => {
    const url = new URL(request.url ?? '/', 'http://mock')
    if (!url.pathname.startsWith('/api/') && !url.pathname.startsWith('/mock/')) {
      await page(url.pathname, response)
      return
    }
    const user = /switchboard_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? null
    const body = await bodyOf(request)
    const answer = await world.answer({ method: request.method ?? 'GET', url, user, body })
    const headers: Record<string, string> = { 'Content-Type': answer.type ?? 'application/json' }
    if (answer.cookie !== undefined) {
      headers['Set-Cookie'] = `switchboard_session=${answer.cookie}; Path=/; HttpOnly; SameSite=Lax`
    }
    response.writeHead(answer.status, headers)
    response.end(
      answer.body === undefined || answer.status === 204
        ? undefined
        : typeof answer.body === 'string'
          ? answer.body
          : JSON.stringify(answer.body),
    )
  })()
})
feeds.attach(server)
server.listen(Number(values.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${values.port}`))
