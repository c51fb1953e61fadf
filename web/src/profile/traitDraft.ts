import { filledMeasure, isRule, type Grammar, type Schema } from '../segment/builder/grammar'
import type { Rule } from '../segment/builder/rule'

/** A trait while it is written: what a file of definitions says of it, not all of it said yet. */
export type TraitDraft = { [field: string]: unknown }

/** What an address says of a trait to begin with. */
export interface TraitBegun {
  measure?: string | Rule
  name?: string
  label?: string
  description?: string
  unit?: string
  family?: string
}

/** What an address says of a trait, in the order in which drafts are written. */
export function traitBegunIn(search: Record<string, unknown>): TraitBegun {
  const { measure, name, label, description, unit, family } = search
  const texts = Object.entries({ name, label, description, unit, family })
    .filter(([, said]) => ['string', 'number', 'boolean'].includes(typeof said) && said !== '')
    .map(([field, said]) => [field, String(said)])
  const isMeasure = typeof measure === 'string' || isRule(measure)
  return { ...(isMeasure ? { measure } : {}), ...Object.fromEntries(texts) }
}

/** A draft as the address keeps it. */
export const begunOf = ({ value, ...said }: TraitDraft): TraitBegun => traitBegunIn({ ...said, measure: value })

/** The draft that an address says. */
export const draftOf = ({ measure, ...said }: TraitBegun): TraitDraft => (measure === undefined ? said : { ...said, value: measure })

/** The draft as it may be saved; null while what is measured is not filled in. */
export function definitionOf(draft: TraitDraft, grammar: Grammar): (TraitDraft & { value: unknown }) | null {
  const value = filledMeasure(draft.value, grammar)
  const said = Object.entries(draft).filter(([field, each]) => field !== 'value' && each !== '' && each !== undefined)
  return value === null ? null : { ...Object.fromEntries(said), value }
}

/** The fields of a trait beside its name, what people call it, and how it is measured. */
export const furtherFields = (schema: Schema): [string, Schema][] =>
  Object.entries(schema.properties ?? {}).filter(([field]) => !['name', 'label', 'value'].includes(field))

/** A name that commands, formulas and templates can call a trait by. */
export function traitNameOf(label: string): string {
  const plain = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
  return plain.slice(0, 80)
}

/** Whether commands could call it so. */
export const isTraitName = (name: unknown): name is string => typeof name === 'string' && /^[a-z][a-z0-9_]*$/.test(name)
