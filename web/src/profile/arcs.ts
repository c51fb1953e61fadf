export interface Arc {
  from: number
  to: number
  /** How far it stands out: arcs that lie inside others stand out less. */
  depth: number
}

/** Where each link of `links` begins and ends among `ids`, from the shortest on; links to what is not there are left out. */
export function arcsOf(ids: readonly number[], links: readonly { left_id: number; right_id: number }[]): Arc[] {
  const place = new Map(ids.map((id, at) => [id, at]))
  return links
    .flatMap(({ left_id, right_id }) => {
      const ends = [place.get(left_id), place.get(right_id)]
      if (ends[0] === undefined || ends[1] === undefined) return []
      const [from, to] = [Math.min(...(ends as number[])), Math.max(...(ends as number[]))]
      return [{ from, to, depth: to - from }]
    })
    .sort((one, other) => one.depth - other.depth)
}
