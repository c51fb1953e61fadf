export type Values = Record<string, unknown>

/** What a form has of the settings that it shows and that the file has not: by name, parts of one together with those it does not show. */
export function changes(kept: Values, shown: Values): Values {
  const changed: Values = {}
  for (const [name, given] of Object.entries(shown)) {
    const before = kept[name]
    const isGroup = typeof before === 'object' && before !== null && !Array.isArray(before)
    const after = isGroup ? { ...before, ...(given as Values) } : given
    if (JSON.stringify(after) !== JSON.stringify(before)) changed[name] = after
  }
  return changed
}
