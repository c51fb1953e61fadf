/** A row of what came in: an event of a source, or one of its properties. */
export interface TrafficRow {
  source: string
  event: string
  property: string | null
  types: string[]
  messages: number
  share: number
  first_at: string
  last_at: string
  examples: string[]
}

/** An event of a source with its properties in it. */
export interface TrafficEvent extends TrafficRow {
  key: string
  properties: TrafficRow[]
}

/** Rows as they come, an event before its properties, as events with their properties in them. */
export function byEvent(rows: TrafficRow[]): TrafficEvent[] {
  const events = new Map<string, TrafficEvent>()
  for (const row of rows) {
    const key = `${row.source}/${row.event}`
    if (row.property === null) events.set(key, { ...row, key, properties: [] })
    else events.get(key)?.properties.push(row)
  }
  return [...events.values()]
}
