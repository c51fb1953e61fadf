import { describe, expect, it } from 'vitest'
import { insertedAt, reworded, wordsIn, type TemplateBody } from './template'

const hello: TemplateBody = {
  name: 'hello',
  subject: 'Hello',
  body: '<p>Hello</p>',
  languages: { zh: { subject: '你好', body: '<p>你好</p>' } },
}

describe('a template', () => {
  it('says in its own language what stands in it, and in another what is said differently', () => {
    expect(wordsIn(hello, 'en').subject).toBe('Hello')
    expect(wordsIn(hello, 'zh').subject).toBe('你好')
    expect(wordsIn(hello, 'de')).toEqual({})
  })

  it('is changed in one language without a word of the others', () => {
    expect(reworded(hello, 'en', { subject: 'Hi' })).toEqual({ ...hello, subject: 'Hi' })
    expect(reworded(hello, 'zh', { subject: '您好' }).languages?.zh).toEqual({ subject: '您好', body: '<p>你好</p>' })
    expect(reworded(hello, 'zh', { subject: '您好' }).subject).toBe('Hello')
  })

  it('falls back to its own words where those of a language were emptied', () => {
    expect(reworded(hello, 'zh', { subject: '' }).languages?.zh).toEqual({ body: '<p>你好</p>' })
  })

  it('takes what is inserted in the place of what was selected', () => {
    expect(insertedAt('Hello you!', '{{ profile.city }}', 6, 9)).toBe('Hello {{ profile.city }}!')
  })
})
