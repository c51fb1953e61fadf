import { describe, expect, it } from 'vitest'
import { CART, STEP_GRAMMAR } from '../example'
import { taken } from '../steps'
import { wrongIn } from './faults'

const body = taken(CART, STEP_GRAMMAR)
const refused = (said: string, facts = {}) => wrongIn({ message: said, facts }, body, STEP_GRAMMAR)

describe('faults of a journey', () => {
  it('stand at the fields that they are about, and not where they only follow from another', () => {
    expect(
      refused(
        "definitions:1: journey cart.steps[0].span: '1x' is no duration (found '1x'); definitions:1: journey cart.steps[2].ways[0].if: one of the two; definitions:1: journey cart.steps: at least 1 item",
      ),
    ).toEqual([
      { path: ['steps', 0, 'span'], said: "'1x' is no duration (found '1x')" },
      { path: ['steps', 2, 'ways', 0, 'if'], said: 'one of the two' },
    ])
  })

  it('are read in Chinese too', () => {
    expect(refused('definitions:1：journey cart.steps[1].otherwise[0].into.coupon[0].id：应为小写字母；definitions:1：journey cart.steps：至少要有 1 项')).toEqual([
      { path: ['steps', 1, 'otherwise', 0, 'into', 'coupon', 0, 'id'], said: '应为小写字母' },
    ])
  })

  it('are looked for by the name that there is not, or the step that they name', () => {
    const none = (kind: string, name: string) => refused(`journey:9: journey cart: no ${kind} named '${name}'`, { kind, name })[0]!.path
    expect(none('template', 'help')).toEqual(['steps', 1, 'then', 0, 'template'])
    expect(none('event', 'Checkout Started')).toEqual(['steps', 1, 'condition'])
    expect(none('event', 'Product Added')).toEqual(['entry'])
    expect(refused("journey:2: journey cart: nobody can come to step 'bye'", { id: 'bye' })[0]!.path).toEqual(['steps', 3, 'id'])
    expect(refused('something else')).toEqual([{ path: [], said: 'something else' }])
  })
})
