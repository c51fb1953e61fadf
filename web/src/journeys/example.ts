import { stepsOf, type Body } from './steps'
import type { Schema } from '../segment/builder/grammar'

const STEPS: Schema = { type: 'array', items: { $ref: '#/$defs/Step' } }
const long = (op: string, properties: Record<string, Schema>, required: string[]): Schema => ({
  title: op,
  properties: { op: { enum: [op] }, id: { type: 'string' }, ...properties },
  required: ['op', 'id', ...required],
})
const short = (op: string, main: string, of: Schema): Schema => {
  const { op: _op, [main]: first, ...rest } = of.properties!
  return { title: op.replace('_', ' '), properties: { [op]: first!, ...rest }, required: [op, 'id'] }
}

const WORDS: Record<string, [string, Schema]> = {
  wait: ['span', long('wait', { span: { type: 'string', examples: ['1h'] } }, ['span'])],
  wait_for: ['condition', long('wait_for', { condition: { $ref: '#/$defs/JourneyCondition' }, at_most: { type: 'string' }, then: STEPS, otherwise: STEPS }, ['condition', 'at_most'])],
  branch: ['ways', long('branch', { ways: { type: 'array', items: { $ref: '#/$defs/BranchWay' } }, otherwise: STEPS }, ['ways'])],
  split: [
    'weights',
    long('split', { weights: { type: 'object', additionalProperties: { type: 'number' } }, into: { type: 'object', additionalProperties: STEPS } }, ['weights']),
  ],
  message: ['template', long('message', { template: { type: 'string' }, channel: { type: 'string', default: 'email' } }, ['template'])],
  leave: ['reason', long('leave', { reason: { type: 'string', default: 'left' } }, [])],
  go_to: ['step', long('go_to', { step: { type: 'string' } }, ['step'])],
}

/** A small language of journeys as the program would declare it, for tests. */
export const STEP_GRAMMAR = stepsOf({
  properties: { name: { type: 'string' }, steps: STEPS },
  $defs: {
    BranchWay: { properties: { if: { $ref: '#/$defs/JourneyCondition' }, steps: STEPS } },
    ...Object.fromEntries(
      Object.entries(WORDS).flatMap(([op, [main, of]]) => [
        [`step_${op.toUpperCase()}`, of],
        [`step_${op}`, short(op, main, of)],
      ]),
    ),
  },
})

/** A journey as a person writes it, with every kind of way in it. */
export const CART: Body = {
  name: 'cart',
  entry: { event: 'Product Added', key: 'cart_id' },
  steps: [
    { id: 'settle', wait: '1h' },
    {
      id: 'hesitates',
      wait_for: { event: 'Checkout Started' },
      at_most: '23h',
      then: [{ id: 't1', message: 'help' }, { id: 'out', leave: 'helped' }],
      otherwise: [{ id: 'arm', split: { plain: 50, coupon: 50 }, into: { coupon: [{ id: 'm2', message: 'coupon' }] } }],
    },
    { id: 'which', branch: [{ if: { rule: { trait: 'city', '=': 'Oslo' } }, steps: [{ id: 'back', go_to: 'settle' }] }] },
    { id: 'bye', message: 'cart' },
  ],
}
