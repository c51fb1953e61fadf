export type Tree = { [key: string]: string | Tree }

const files = import.meta.glob<Tree>('./*/*.json', { eager: true, import: 'default' })

/** All that is said in a language: one file a room, `words/<language>/<room>.json`. */
export function said(language: 'en' | 'zh'): Tree {
  const ours = Object.entries(files).filter(([path]) => path.startsWith(`./${language}/`))
  return Object.assign({}, ...ours.map(([, words]) => words)) as Tree
}
