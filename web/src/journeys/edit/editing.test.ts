import { describe, expect, it } from 'vitest'
import { CART, STEP_GRAMMAR } from '../example'
import { everyStep, found, taken, waysOf, type Body, type Path } from '../steps'
import { blankStep, freshId, inserted, moved, removed, renamed, type Way } from './editing'

const body = taken(CART, STEP_GRAMMAR)
const at = (of: Body, id: string): Path => everyStep(of.steps as Body[], STEP_GRAMMAR).find(({ step }) => step.id === id)!.path
const ids = (of: Body) => everyStep(of.steps as Body[], STEP_GRAMMAR).map(({ step, depth }) => '>'.repeat(depth) + String(step.id)).join(' ')
const go = (id: string, way: Way) => moved(body, at(body, id), way, STEP_GRAMMAR)

describe('editing a journey', () => {
  it('moves a step past its neighbours with all that is in it', () => {
    expect(ids(go('hesitates', 'up')!.body)).toBe('hesitates >t1 >out >arm >>m2 settle which >back bye')
    expect(go('settle', 'up')).toBeNull()
    expect(go('bye', 'down')).toBeNull()
  })

  it('moves a step into the ways above it, out of them, and from way to way', () => {
    const into = go('bye', 'in')!
    expect(into.path).toEqual(['steps', 2, 'ways', 0, 'steps', 1])
    expect(ids(into.body)).toBe('settle hesitates >t1 >out >arm >>m2 which >back >bye')
    expect(ids(go('t1', 'out')!.body)).toBe('settle hesitates >out >arm >>m2 t1 which >back bye')
    expect(go('m2', 'across')!.path).toEqual(['steps', 1, 'otherwise', 0, 'into', 'plain', 0])
    expect(go('settle', 'out')).toBeNull()
    expect(go('settle', 'in')).toBeNull()
  })

  it('finds a step where it says that it stands, after each move that can be made', () => {
    for (const { step, path } of everyStep(body.steps as Body[], STEP_GRAMMAR))
      for (const way of ['up', 'down', 'in', 'out', 'across'] as const) {
        const done = moved(body, path, way, STEP_GRAMMAR)
        if (!done) continue
        expect(found(done.body, done.path)).toEqual(step)
        expect(everyStep(done.body.steps as Body[], STEP_GRAMMAR)).toHaveLength(9)
      }
  })

  it('adds steps that can be filled in, by names that are free', () => {
    const word = STEP_GRAMMAR.words.get('split')!
    const step = blankStep(word, freshId(body, 'wait_for', STEP_GRAMMAR), STEP_GRAMMAR)
    expect(waysOf(step, STEP_GRAMMAR).map((way) => way.label)).toEqual(['a', 'b'])
    expect(freshId(inserted(body, ['steps'], 0, step).body, 'wait_for', STEP_GRAMMAR)).toBe('wait-for-2')
    expect(ids(removed(body, at(body, 'hesitates')))).toBe('settle which >back bye')
  })

  it('keeps the steps of a way that is called otherwise', () => {
    const arm = found(body, at(body, 'arm')) as Body
    const called = renamed(arm, 'weights', 'coupon', 'voucher', STEP_GRAMMAR)
    expect(called.weights).toEqual({ plain: 50, voucher: 50 })
    expect(Object.keys(called.into as Body)).toEqual(['voucher'])
  })
})
