/** What of an address may be a page of its own where the name of a definition stands. */
const PAGES: ReadonlySet<string> = new Set(['new', 'targets'])

/** A name as it stands in an address: one that is a page's is told apart by a sign that no name has. */
export const nameInAddress = (name: string) => (PAGES.has(name) ? `~${name}` : name)

/** The name of a definition in an address, and what else there is to fill in there. */
export function named<Other extends string = never>() {
  type Params = { name: string } & Record<Other, string>
  return {
    parse: (params: Params): Params => ({ ...params, name: params.name.replace(/^~/, '') }),
    stringify: (params: Params): Params => ({ ...params, name: nameInAddress(params.name) }),
  }
}

/** What of an address is read: texts by these names, whatever else stands there. */
export function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): Partial<Record<Name, string>> =>
    Object.fromEntries(
      names.filter((name) => ['string', 'number', 'boolean'].includes(typeof search[name])).map((name) => [name, String(search[name])]),
    ) as Partial<Record<Name, string>>
}
