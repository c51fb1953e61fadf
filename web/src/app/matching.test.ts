import { describe, expect, it } from 'vitest'
import { matching, type Findable } from './matching'

const thing = (label: string, also = '', kind: Findable['kind'] = 'segment'): Findable => ({ kind, label, also, path: `/${label}` })
const labels = (all: Findable[], asked: string) => matching(all, asked).map((each) => each.label)

describe('finding', () => {
  it('puts what begins with the words before what only holds them', () => {
    const all = [thing('unhappy'), thing('very happy'), thing('Happy people')]
    expect(labels(all, 'happy')).toEqual(['Happy people', 'very happy', 'unhappy'])
  })

  it('knows things by the name that commands use too, after their label', () => {
    const all = [thing('Big spenders', 'vip'), thing('VIP')]
    expect(labels(all, 'VIP')).toEqual(['VIP', 'Big spenders'])
  })

  it('finds words of other writings as they stand', () => {
    expect(labels([thing('高价值客户'), thing('新客户')], '客户')).toEqual(['高价值客户', '新客户'])
  })

  it('offers the pages while nothing is asked, and nothing where nothing answers', () => {
    const all = [thing('Jobs', '', 'page'), thing('vip')]
    expect(labels(all, ' ')).toEqual(['Jobs'])
    expect(labels(all, 'zzz')).toEqual([])
  })

  it('stops at the most that was asked for', () => {
    expect(matching([thing('a1'), thing('a2'), thing('a3')], 'a', 2)).toHaveLength(2)
  })
})
