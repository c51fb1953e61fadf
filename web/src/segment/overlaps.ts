interface Pair {
  segment: string
  other: string
  both: number
  share: number | null
  other_share: number | null
}

/** Every pair that a segment is in, seen from that segment, the largest first; pairs that share nobody are left out. */
export function overlapsOf(name: string, pairs: Pair[]) {
  return pairs
    .filter((pair) => pair.both > 0)
    .flatMap((pair) => {
      if (pair.segment === name)
        return [{ other: pair.other, both: pair.both, share: pair.share, otherShare: pair.other_share }]
      if (pair.other === name)
        return [{ other: pair.segment, both: pair.both, share: pair.other_share, otherShare: pair.share }]
      return []
    })
    .sort((one, other) => other.both - one.both)
}
