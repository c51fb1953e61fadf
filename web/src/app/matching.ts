/** One thing that can be found: what it is called, what else it goes by, and where it is. */
export interface Findable {
  kind: 'page' | 'segment' | 'segmentation' | 'campaign' | 'journey' | 'trait'
  label: string
  also: string
  path: string
}

const plain = (words: string) => words.normalize('NFKD').toLowerCase()

/** How well `words` answer to `asked`: 3 where they begin with it, 2 where a word in them does, 1 where they hold it. */
function fit(words: string, asked: string): number {
  const found = plain(words).indexOf(asked)
  if (found < 0) return 0
  if (found === 0) return 3
  return /[\s_./-]/.test(plain(words)[found - 1] ?? '') ? 2 : 1
}

/** What answers to `asked`, best first, at most `most`; of equal ones in the order given. Nothing asked: the pages. */
export function matching(all: readonly Findable[], asked: string, most = 12): Findable[] {
  const sought = plain(asked.trim())
  if (!sought) return all.filter((each) => each.kind === 'page')
  return all
    .map((each) => ({ each, fits: Math.max(2 * fit(each.label, sought), 2 * fit(each.also, sought) - 1) }))
    .filter(({ fits }) => fits > 0)
    .sort((one, other) => other.fits - one.fits)
    .slice(0, most)
    .map(({ each }) => each)
}
