import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client } from '../../api/client'
import { useQuiet } from '../../app/quiet'
import { everyStep, inShort, isEmpty, type Body, type StepGrammar } from '../steps'
import { wrongIn, type Wrong } from './faults'

const NONE: readonly Wrong[] = []

/** A journey as it is saved: what is not filled in is left out. */
export function written(body: Body, grammar: StepGrammar): Body {
  const kept = Object.fromEntries(Object.entries(body).filter(([key, value]) => key === 'steps' || !isEmpty(value)))
  const entry = Object.fromEntries(Object.entries((body.entry ?? {}) as Body).filter(([key, value]) => key === 'if' || !isEmpty(value)))
  return { ...kept, entry, steps: ((body.steps ?? []) as Body[]).map((each) => inShort(each, grammar)) }
}

/** Whether all that has to be said is said: what lacks something is not asked about while it is written. */
export function isWhole(body: Body, grammar: StepGrammar): boolean {
  const steps = everyStep((body.steps ?? []) as Body[], grammar)
  const isSaid = (value: unknown): boolean => !isEmpty(value) && (typeof value !== 'object' || Object.values(value as object).every((each) => Array.isArray(each) || isSaid(each)))
  const entry = (body.entry ?? {}) as Body
  return steps.length > 0 && Object.values(entry).some((each) => !isEmpty(each)) && steps.every(({ step }) => (grammar.words.get(String(step.op))?.needed ?? []).every((key) => isSaid(step[key])))
}

/** What the program would find wrong if the journey were saved as it stands; asked while it is written. */
export function useChecked(body: Body, grammar: StepGrammar): readonly Wrong[] {
  const { i18n } = useTranslation()
  const now = useMemo(() => written({ ...body, name: body.name || 'draft' }, grammar), [body, grammar])
  const asked = useQuiet(now, 400)
  const found = useQuery({
    queryKey: ['journey check', asked, i18n.language],
    enabled: isWhole(body, grammar) && !!body.name && JSON.stringify(asked) === JSON.stringify(now),
    retry: false,
    queryFn: async ({ signal }): Promise<Wrong[]> => {
      try {
        await answer(client.POST('/api/v1/definitions/diff', { body: { definitions: { journeys: [asked] }, yaml: null, prune: false, dry_run: true }, signal }))
        return []
      } catch (fault) {
        if (fault instanceof Problem && fault.status === 422) return wrongIn(fault, asked, grammar)
        throw fault
      }
    },
  })
  return isWhole(body, grammar) ? (found.data ?? NONE) : NONE
}
