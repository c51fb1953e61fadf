import { describe, expect, it } from 'vitest'
import { changes } from './changes'

const kept = { name: 'shop', smtp: { host: '127.0.0.1', port: 25, user: null } }

describe('settings of a form', () => {
  it('are saved where they differ', () => {
    expect(changes(kept, { name: 'shop', smtp: { host: '127.0.0.1' } })).toEqual({})
    expect(changes(kept, { name: 'Teehaus' })).toEqual({ name: 'Teehaus' })
  })

  it('keep the parts that the form does not show', () => {
    expect(changes(kept, { smtp: { host: 'mail.shop.example' } })).toEqual({ smtp: { host: 'mail.shop.example', port: 25, user: null } })
  })
})
