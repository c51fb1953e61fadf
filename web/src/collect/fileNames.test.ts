import { expect, it } from 'vitest'
import { plainName } from './fileNames'

it.each([
  ['orders.csv', 'orders.csv'],
  ['订单 2026.xlsx', '订单 2026.xlsx'],
  ['Q1 & Q2 [final].csv', 'Q1 _ Q2 _final_.csv'],
  ['.hidden.csv', 'hidden.csv'],
  [`${'x'.repeat(100)}.csv`, `${'x'.repeat(76)}.csv`],
])('%s is sent as %s', (name, sent) => {
  expect(plainName(name)).toBe(sent)
})
