import i18next from 'i18next'

/** What a file can hold, as the program names it. */
export const KINDS = [
  'customers',
  'orders',
  'order_lines',
  'returns',
  'consents',
  'events',
  'products',
  'contacts',
  'responses',
  'offers',
  'costs',
  'surveys',
  'tickets',
  'accounts',
  'messages',
]

const t = (key: string, values: Record<string, unknown> = {}): string => i18next.t(key, values)

export function kindName(kind: string): string {
  return t(`kinds.${kind}`, { defaultValue: kind })
}

/** A field of a kind in the reader's words; as it is called where it is another's. */
export function fieldName(field: string): string {
  return t(`fields.${field}`, { defaultValue: field.replaceAll('_', ' ') })
}

const PARTS = /%([dmYyHIMSbBp])/g

/** A way to read a column as a person says it: the pattern of a date, the sign of thousands. */
export function optionName(option: string): string {
  if (option === ',' || option === '.') return t('data.thousands', { sign: option })
  return option.replace(PARTS, (_, part: string) => t(`dateParts.${part.replace('y', 'Y').replace('I', 'H').replace('B', 'b')}`))
}

/** Whether a choice of the list is what is read already. */
export function sameColumns(chosen: string, columns: string[]): boolean {
  return chosen !== '' && chosen === columns.join('+')
}
