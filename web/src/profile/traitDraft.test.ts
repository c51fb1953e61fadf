import { describe, expect, it } from 'vitest'
import { GRAMMAR } from '../segment/builder/example'
import { begunOf, definitionOf, draftOf, isTraitName, traitBegunIn, traitNameOf } from './traitDraft'

describe('a trait while it is written', () => {
  it('is read from an address, whatever else stands there', () => {
    const value = { count: 'Order Completed', within: '90d' }
    expect(traitBegunIn({ label: 12, measure: value, unit: '', version: 3 })).toEqual({ measure: value, label: '12' })
    expect(traitBegunIn({ measure: [1], name: {} })).toEqual({})
    expect(traitBegunIn({ measure: 'revenue' })).toEqual({ measure: 'revenue' })
  })

  it('stays as it was through an address', () => {
    const draft = { family: 'value', name: 'spent', value: { count: null }, label: 'Spent' }
    const address = begunOf(draft)
    expect(draftOf(address)).toEqual(draft)
    expect(JSON.stringify(traitBegunIn(JSON.parse(JSON.stringify(address)) as Record<string, unknown>))).toBe(JSON.stringify(address))
  })

  it('may be saved once what is measured is filled in', () => {
    const draft = { name: 'often', label: '', value: { count: null, within: '' } }
    expect(definitionOf(draft, GRAMMAR)).toBeNull()
    expect(definitionOf({ ...draft, value: { count: 'Order Completed', within: '' } }, GRAMMAR)).toEqual({
      name: 'often',
      value: { count: 'Order Completed' },
    })
    expect(definitionOf({ value: 'revenue' }, GRAMMAR)).toEqual({ value: 'revenue' })
    expect(definitionOf({ value: { stranger: 1 } }, GRAMMAR)).toEqual({ value: { stranger: 1 } })
    expect(definitionOf({}, GRAMMAR)).toBeNull()
  })

  it('is named so that formulas can name it', () => {
    expect(traitNameOf('90 Days: Spént!')).toBe('days_spent')
    expect([isTraitName('days_spent'), isTraitName('9_days'), isTraitName('')]).toEqual([true, false, false])
  })
})
