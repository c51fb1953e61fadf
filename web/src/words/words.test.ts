import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { said, type Tree } from './said'

function leaves(tree: Tree, above = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = above ? `${above}.${key}` : key
    return typeof value === 'string' ? ([[path, value]] as [string, string][]) : leaves(value, path)
  })
}

const plain = (key: string) => key.replace(/_(one|other)$/, '')
const filled = (words: string) => [...words.matchAll(/{{(\w+)}}/g)].map((found) => found[1]).sort()

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    const path = join(folder, each.name)
    if (each.isDirectory()) return sources(path)
    return /\.tsx?$/.test(each.name) && !/\.(test|d)\.ts/.test(each.name) ? [readFileSync(path, 'utf-8')] : []
  })
}

describe('words', () => {
  const english = new Map(leaves(said('en')))
  const chinese = new Map(leaves(said('zh')))

  it('are there in both languages', () => {
    expect([...new Set([...chinese.keys()].map(plain))].sort()).toEqual([...new Set([...english.keys()].map(plain))].sort())
  })

  it('fill in the same values', () => {
    for (const [key, words] of chinese) expect([key, filled(words)]).toEqual([key, filled(english.get(key) ?? '')])
  })

  it('leave no English in Chinese', () => {
    const names = /Coterie|MJML|HTML|HTTP|Liquid|CSV|SQL|Excel|Parquet|JSON Lines|JSON|a-z|`[^`]*`|{{\w+}}/g
    for (const [key, words] of chinese) expect([key, words.replace(names, '')]).toEqual([key, expect.not.stringMatching(/[a-z]{2}/i)])
  })

  it('are all that is asked for, and asked for somewhere', () => {
    const text = sources(join(import.meta.dirname, '..')).join('\n')
    const known = new Set([...english.keys()].map(plain))
    const asked = [...text.matchAll(/\bt\('([\w.]+)'/g)].map((found) => found[1] ?? '')
    expect(asked.filter((key) => !known.has(key))).toEqual([])
    const begun = [...text.matchAll(/\bt\(`([\w.]+)\.\$\{/g)].map((found) => found[1] ?? '')
    const named = [...text.matchAll(/words: '([\w.]+)'/g)].map((found) => found[1] ?? '')
    const chosen = [...text.matchAll(/\? '([\w.]+)' : '([\w.]+)'/g)].flatMap((found) => found.slice(1))
    const all = new Set([...asked, ...named, ...chosen])
    const unused = [...known].filter((key) => !all.has(key) && !begun.some((first) => key.startsWith(`${first}.`)))
    expect(unused).toEqual([])
  })

  it('stand in no component', () => {
    const said = sources(join(import.meta.dirname, '..'))
      .flatMap((text) => [...text.matchAll(/(?:placeholder|aria-label|title|label|description)="([^"]+)"/g)])
      .map((found) => found[1] ?? '')
      .filter((words) => /[a-z\u4e00-\u9fff]{2}/i.test(words))
    expect(said).toEqual([])
  })
})
