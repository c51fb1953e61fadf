/** What of an address is read: texts by these names, whatever else stands there. */
export function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): Partial<Record<Name, string>> =>
    Object.fromEntries(
      names.filter((name) => ['string', 'number', 'boolean'].includes(typeof search[name])).map((name) => [name, String(search[name])]),
    ) as Partial<Record<Name, string>>
}
