/** What is to stand in refused rows instead: number in the quarantine → column or field → value. */
export type Edits = Record<number, Record<string, string>>

/** The edits with one value changed; a value as it was refused is no edit. */
export function edited(edits: Edits, row: { quarantine_id: number; value: string }, column: string, value: string): Edits {
  const { [row.quarantine_id]: mine = {}, ...others } = edits
  const { [column]: _, ...rest } = mine
  const changed = value === row.value ? rest : { ...rest, [column]: value }
  return Object.keys(changed).length ? { ...others, [row.quarantine_id]: changed } : others
}

/** The sum of what became of rows of several sources. */
export function together(results: { rows: number; accepted: number; refused: number }[]) {
  return results.reduce(
    (sum, each) => ({ rows: sum.rows + each.rows, accepted: sum.accepted + each.accepted, refused: sum.refused + each.refused }),
    { rows: 0, accepted: 0, refused: 0 },
  )
}
