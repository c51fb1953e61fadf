import { describe, expect, it } from 'vitest'
import { read, written } from './cron'

describe('a crontab in the form', () => {
  it.each([
    ['0 9 * * *', { every: 'day', on: [], time: '09:00' }],
    ['30 18 * * 1,3', { every: 'week', on: [1, 3], time: '18:30' }],
    ['5 0 * * 7', { every: 'week', on: [0], time: '00:05' }],
    ['0 9 15 * *', { every: 'month', on: [15], time: '09:00' }],
  ] as const)('%s is shown and written as it was', (cron, often) => {
    expect(read(cron)).toEqual(often)
    expect(read(written(read(cron)!))).toEqual(often)
  })

  it.each(['*/5 * * * *', '0 9 * 2 *', '0 9 1 * 1', '0 25 * * *', 'soon'])('%s is more than the form shows', (cron) => {
    expect(read(cron)).toBeNull()
  })
})
