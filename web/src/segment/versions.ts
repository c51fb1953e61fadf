export interface FieldChange {
  field: string
  before?: string
  after?: string
}

/** What one version of a definition says otherwise than the one before, field by field; all of it where there is none. */
export function changedIn(body: Record<string, unknown>, before: Record<string, unknown> = {}): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(body)])].filter((field) => field !== 'name')
  return fields
    .map((field) => ({ field, before: written(before[field]), after: written(body[field]) }))
    .filter((change) => change.before !== change.after)
}

const written = (value: unknown) =>
  value === undefined || value === null || value === '' ? undefined : typeof value === 'string' ? value : JSON.stringify(value, null, 2)
