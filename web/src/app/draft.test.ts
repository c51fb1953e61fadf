import { afterEach, describe, expect, it, vi } from 'vitest'
import { dropDraft, keepDraft, readDraft } from './draft'

const store = () => {
  const held = new Map<string, string>()
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  }
}

describe('a draft', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('is there until it is dropped, under its own key', () => {
    vi.stubGlobal('sessionStorage', store())
    keepDraft('journey new', { name: 'welcome' })
    expect([readDraft('journey new'), readDraft('journey other')]).toEqual([{ name: 'welcome' }, undefined])
    dropDraft('journey new')
    expect(readDraft('journey new')).toBeUndefined()
  })

  it('stops nobody where nothing can be kept', () => {
    const full = { ...store(), getItem: () => '{', setItem: () => { throw new Error('full') } }
    vi.stubGlobal('sessionStorage', full)
    keepDraft('journey new', {})
    expect(readDraft('journey new')).toBeUndefined()
  })
})
