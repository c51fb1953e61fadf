/** Round numbers from at most `low` to at least `high`, about `many` of them, for the ticks of an axis. */
export function ticks(low: number, high: number, many = 5): number[] {
  if (!(high > low)) return [low]
  const rough = (high - low) / many
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((times) => times * unit).find((each) => each >= rough * 0.999) ?? 10 * unit
  const first = Math.floor(low / step + 1e-9)
  const last = Math.ceil(high / step - 1e-9)
  return Array.from({ length: last - first + 1 }, (_, place) => Number(((first + place) * step).toPrecision(12)))
}

export interface Band {
  from: number
  to: number
  size: number
  /** Where it leaves and arrives, from the top, in shares of all. */
  leaves: number
  arrives: number
}

/** How the bands of a flow lie one under another on both sides: `sizes[from][to]`, each side in its order. */
export function bands(sizes: readonly (readonly number[])[]): Band[] {
  const all = sizes.flat().reduce((sum, each) => sum + each, 0)
  if (!all) return []
  const arrived = (sizes[0] ?? []).map((_, to) =>
    sizes.reduce((sum, row) => sum + row.slice(0, to).reduce((inner, each) => inner + each, 0), 0),
  )
  let left = 0
  const found: Band[] = []
  sizes.forEach((row, from) =>
    row.forEach((size, to) => {
      if (!size) return
      found.push({ from, to, size: size / all, leaves: left / all, arrives: (arrived[to] ?? 0) / all })
      left += size
      arrived[to] = (arrived[to] ?? 0) + size
    }),
  )
  return found
}
