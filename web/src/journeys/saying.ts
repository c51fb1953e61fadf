import type { TFunction } from 'i18next'
import { isEmpty, type Body, type StepGrammar, type StepWord } from './steps'

/** What a rule asks in few words, as a label has room for. */
export function ruleInFew(rule: unknown): string {
  if (typeof rule !== 'object' || rule === null) return ''
  const { trait, op, ...rest } = rule as Body
  const entries = Object.entries(rest)
  const inner = entries.find(([, value]) => Array.isArray(value) && value.some((each) => typeof each === 'object' && each !== null))
  if (inner) return (inner[1] as unknown[]).map(ruleInFew).filter(Boolean).join(', ')
  const first = entries[0]
  const said = first ? [op ?? first[0], typeof first[1] === 'object' ? JSON.stringify(first[1]) : String(first[1])] : []
  return [typeof trait === 'string' ? trait : '', ...said].filter(Boolean).join(' ')
}

/** What a condition asks in few words. */
export function conditionInFew(condition: unknown): string {
  const { event, rule } = (condition ?? {}) as Body
  return typeof event === 'string' ? event : ruleInFew(rule)
}

const isCondition = (value: unknown): boolean => typeof value === 'object' && value !== null && ('event' in value || 'rule' in value)

/** A step in few words while it is written, before the program has words for it. */
export function stepInFew(step: Body, word: StepWord | undefined): string {
  if (!word) return String(step.op ?? step.id)
  const value = step[word.main]
  const said = isEmpty(value)
    ? ''
    : isCondition(value)
      ? conditionInFew(value)
      : Array.isArray(value)
        ? ''
        : typeof value === 'object'
          ? Object.keys(value as object).join(', ')
          : String(value)
  return [word.title, said].filter(Boolean).join(': ')
}

/** What a turn is called: by whom it is taken where a condition says so. */
export function turnInFew(step: Body, way: string, t: TFunction): string {
  const place = Number(way) - 1
  if (step.op === 'branch' && Number.isInteger(place)) {
    const found = ((step.ways ?? []) as Body[])[place]
    return conditionInFew(found?.if ?? found?.condition) || t('journeys.way', { n: way })
  }
  return step.op === 'split' ? way : t(`journeys.turn.${way}`, { defaultValue: way })
}

/** Who enters, in few words. */
export function entryInFew(entry: unknown, t: TFunction): string {
  const { event, segment, list, when, every_day: at, by_hand: byHand, if: rule } = (entry ?? {}) as Body
  const only = rule ? ` · ${ruleInFew(rule)}` : ''
  if (event) return t('journeys.enters.event', { event }) + only
  if (segment) return (when === 'left' ? t('journeys.enters.left', { segment }) : t('journeys.enters.entered', { segment })) + only
  if (list) return (when === 'left' ? t('journeys.enters.offList', { list }) : t('journeys.enters.onList', { list })) + only
  if (at) return t('journeys.enters.every_day', { at: String(at).slice(0, 5) }) + only
  return byHand ? t('journeys.enters.by_hand') + only : t('journeys.enters.nobody')
}

export type Words = (step: Body) => string
export const wordsOf =
  (grammar: StepGrammar): Words =>
  (step) =>
    stepInFew(step, grammar.words.get(String(step.op)))
