import type { Body } from '../steps'

export const READY = ['welcome', 'cart', 'win-back', 'thanks'] as const
export type Ready = (typeof READY)[number]

const message = (id: string): Body => ({ id, op: 'message', template: null })
const bought = { event: 'Order Completed' }

const BODIES: Record<Ready, (known: readonly string[]) => Body> = {
  welcome: (known) => ({
    entry: entryOf(known, ['Signed Up', 'User Signed Up', 'Account Created']),
    goal: { ...bought, within: '14d' },
    steps: [message('hello'), { id: 'settle', wait: '2d' }, { id: 'buys', wait_for: bought, at_most: '5d', then: [{ id: 'bought', leave: 'bought' }] }, message('reminder')],
  }),
  cart: (known) => ({
    entry: entryOf(known, ['Product Added', 'Cart Updated', 'Checkout Started']),
    goal: { ...bought, within: '7d' },
    steps: [{ id: 'settle', wait: '1h' }, message('waiting'), { id: 'buys', wait_for: bought, at_most: '23h', then: [{ id: 'bought', leave: 'bought' }] }, message('last')],
  }),
  'win-back': () => ({
    entry: { every_day: '09:00', if: { all: [{ trait: 'recency_days', '>=': 90 }] }, again: '180d' },
    goal: { ...bought, within: '30d' },
    steps: [message('missed'), { id: 'buys', wait_for: bought, at_most: '7d', then: [{ id: 'bought', leave: 'bought' }] }, message('offer')],
  }),
  thanks: () => ({
    entry: { event: 'Order Completed', again: '90d' },
    steps: [{ id: 'arrives', wait: '3d' }, { id: 'morning', wait_until: '10:00' }, message('thanks')],
  }),
}

/** The first of the events that this base has, else by hand. */
const entryOf = (known: readonly string[], wanted: readonly string[]): Body => {
  const event = wanted.find((each) => known.includes(each))
  return event ? { event } : { by_hand: true }
}

export const blankJourney = (): Body => ({ name: '', entry: { by_hand: true }, steps: [] })

/** A ready journey as this base can begin with it; which templates it sends is chosen in its form. */
export const readyJourney = (ready: Ready, known: readonly string[]): Body => ({ name: ready, ...BODIES[ready](known) })

export const isReady = (name: unknown): name is Ready => READY.some((each) => each === name)
