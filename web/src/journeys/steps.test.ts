import { describe, expect, it } from 'vitest'
import { CART, STEP_GRAMMAR } from './example'
import { everyStep, inShort, put, taken, waysOf, type Body } from './steps'

const steps = () => taken(CART, STEP_GRAMMAR).steps as Body[]

describe('the steps of a journey', () => {
  it('are taken apart and written again as they were', () => {
    expect(steps().map((each) => inShort(each, STEP_GRAMMAR))).toEqual(CART.steps)
  })

  it('stay as they are when they are taken apart twice', () => {
    const once = taken(CART, STEP_GRAMMAR)
    expect(taken(once, STEP_GRAMMAR)).toEqual(once)
  })

  it('have the ways that the program gives their turns', () => {
    const [, hesitates, which] = steps()
    expect(waysOf(hesitates!, STEP_GRAMMAR).map((way) => way.label)).toEqual(['then', 'otherwise'])
    expect(waysOf(which!, STEP_GRAMMAR).map((way) => way.label)).toEqual(['1', 'otherwise'])
    const split = (hesitates!.otherwise as Body[])[0]!
    expect(waysOf(split, STEP_GRAMMAR).map((way) => [way.label, way.steps.length])).toEqual([
      ['plain', 0],
      ['coupon', 1],
    ])
  })

  it('are told where they stand, as faults tell it', () => {
    const found = everyStep(steps(), STEP_GRAMMAR).map(({ step, path, depth }) => [step.id, path.join('.'), depth])
    expect(found).toContainEqual(['m2', 'steps.1.otherwise.0.into.coupon.0', 2])
    expect(found).toContainEqual(['back', 'steps.2.ways.0.steps.0', 1])
    expect(found.map(([id]) => id)).toEqual(['settle', 'hesitates', 't1', 'out', 'arm', 'm2', 'which', 'back', 'bye'])
  })

  it('leave out what is not filled in, and keep the word without it', () => {
    expect(inShort({ op: 'wait', id: 'a', span: null }, STEP_GRAMMAR)).toEqual({ op: 'wait', id: 'a' })
    expect(inShort({ op: 'wait_for', id: 'a', condition: { event: 'X' }, at_most: '1h', then: [] }, STEP_GRAMMAR)).toEqual({ id: 'a', wait_for: { event: 'X' }, at_most: '1h' })
  })

  it('are changed in one place and nowhere else', () => {
    const before = { steps: steps() }
    const after = put(before, ['steps', 1, 'then', 0, 'template'], 'other')
    expect((after.steps[1]!.then as Body[])[0]!.template).toBe('other')
    expect((before.steps[1]!.then as Body[])[0]!.template).toBe('help')
    expect(after.steps[0]).toBe(before.steps[0])
    expect(put<Body>({}, ['into', 'a'], [])).toEqual({ into: { a: [] } })
  })
})
