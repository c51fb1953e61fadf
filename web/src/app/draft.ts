/** What is being written, kept in this tab: it survives a reload and the way back, and nobody else sees it. */
const placeOf = (key: string) => `coterie draft ${key}`

export function readDraft<T>(key: string): T | undefined {
  try {
    const kept = sessionStorage.getItem(placeOf(key))
    return kept === null ? undefined : (JSON.parse(kept) as T)
  } catch {
    return undefined // what cannot be read is as if it were not there
  }
}

export function keepDraft(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(placeOf(key), JSON.stringify(value))
  } catch {
    // a full or forbidden store keeps nothing: one writes on as before
  }
}

export const dropDraft = (key: string): void => sessionStorage.removeItem(placeOf(key))
