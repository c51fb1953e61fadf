/** What the program finds wrong with a journey, and where. */
import { createContext, useContext } from 'react'
import type { Problem } from '../../api/client'
import { everyStep, found, type Body, type Path, type StepGrammar } from '../steps'

export interface Wrong {
  path: Path
  said: string
}

const ONE = /[;；]\s*(?=[\w./-]+:\d+[:：])/
const STEP = /\.([^.[\]:：]+)|\[(\d+)\]/g

/** Each fault with the place that it is about, the journey itself where it is told of none. */
export function wrongIn(problem: Pick<Problem, 'message' | 'facts'>, body: Body, grammar: StepGrammar): Wrong[] {
  const pieces = problem.message.split(ONE)
  const all = pieces.map((piece): Wrong => {
    const told = /^[\w./-]+:\d+[:：]\s*journey \S+?((?:\.[^.[\]:：]+|\[\d+\])*)[:：]\s*([^]*)$/.exec(piece)
    const steps = [...(told?.[1] ?? '').matchAll(STEP)].map(([, key, place]) => key ?? Number(place))
    return { path: steps, said: told?.[2] ?? piece }
  })
  const followed = ({ path }: Wrong) => {
    const there = found(body, path)
    return Array.isArray(there) && there.length > 0 && all.some((other) => other.path.length > path.length && isWithin(other.path, path))
  }
  return all.filter((each) => !followed(each)).map((each) => (each.path.length ? each : { ...each, path: placeIn(body, problem.facts, grammar) }))
}

export const isWithin = (path: Path, outer: Path) => outer.every((key, place) => path[place] === key)

/** Where a name stands that there is not, or the step that a fault names. */
function placeIn(body: Body, { kind, name, id }: Readonly<Record<string, unknown>>, grammar: StepGrammar): Path {
  const steps = everyStep((body.steps ?? []) as Body[], grammar)
  if (typeof id === 'string') {
    const named = steps.findLast(({ step }) => step.id === id)
    return named ? [...named.path, 'id'] : []
  }
  if (typeof kind !== 'string') return []
  const stands = (of: unknown): boolean => typeof of === 'object' && of !== null && Object.entries(of).some(([key, value]) => (key !== 'then' && key !== 'otherwise' && key !== 'steps' && key !== 'into' && value === name) || stands(value))
  for (const field of ['entry', 'goal', 'exit']) if (stands(body[field])) return [field]
  const inner = steps.findLast(({ step }) => stands(step))
  if (!inner) return []
  const key = Object.keys(inner.step).find((each) => inner.step[each] === name || (each !== 'id' && stands(inner.step[each])))
  return key ? [...inner.path, key] : inner.path
}

const WrongContext = createContext<readonly Wrong[]>([])
export const WrongProvider = WrongContext.Provider

/** What is said of the field at `path`, of whatever is in it too. */
export function useWrong(path: Path): string[] {
  return useContext(WrongContext)
    .filter((each) => isWithin(each.path, path))
    .map((each) => each.said)
}

/** What is said of the very thing at `path`. */
export function useWrongHere(path: Path): string[] {
  return useContext(WrongContext)
    .filter((each) => each.path.join() === path.join())
    .map((each) => each.said)
}
