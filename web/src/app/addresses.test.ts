import { describe, expect, it } from 'vitest'
import { named, texts } from './addresses'

describe('addresses', () => {
  it.each(['new', 'targets', 'loyal', 'news'])('lead to the definition that is called %s, whatever pages there are', (name) => {
    const { parse, stringify } = named<'section'>()
    const written = stringify({ name, section: 'time' })
    expect(['new', 'targets']).not.toContain(written.name)
    expect(parse(written)).toEqual({ name, section: 'time' })
  })

  it('are read as texts, whatever else stands there', () => {
    expect(texts('kpi', 'days')({ kpi: 'revenue', days: 90, other: 1, of: {} })).toEqual({ kpi: 'revenue', days: '90' })
  })
})
