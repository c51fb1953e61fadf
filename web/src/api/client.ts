import createClient, { type Middleware } from 'openapi-fetch'
import { language } from '../app/words'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Sentence = Schemas['Sentence']
type Told = Schemas['Problem']

/** What a request was refused with: the sentence to show, and the part of what was sent that it is about, and what the sentence is filled with. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly path = '',
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

let forgeryToken = ''
let signedOut: () => void = () => undefined

/** Whoever signed in: `token` is sent with every change. */
export function holdToken(token: string): void {
  forgeryToken = token
}

export function onSignedOut(act: () => void): void {
  signedOut = act
}

const ours: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language())
    if (request.method !== 'GET' && forgeryToken) request.headers.set('X-CSRF-Token', forgeryToken)
    return request
  },
}

export const client = createClient<paths>({ baseUrl: '/' })
client.use(ours)

/** The answer of a call, or a `Problem`. */
export async function answer<T>(called: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let said
  try {
    said = await called
  } catch (fault) {
    throw new Problem(0, 'away', fault instanceof Error ? fault.message : String(fault))
  }
  if (said.response.ok) return said.data as T
  const told = said.error as Partial<Told> | undefined
  const problem = new Problem(said.response.status, told?.code ?? 'unforeseen', told?.detail ?? '', told?.path, told?.facts)
  if (problem.status === 401 && problem.code === 'no_key') signedOut()
  throw problem
}

/** Text that may be a sentence with its parts. */
export function text(said: string | Sentence | null | undefined): string {
  if (said === null || said === undefined) return ''
  return typeof said === 'string' ? said : said.text
}
