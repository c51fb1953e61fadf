import { useTranslation } from 'react-i18next'

/** What people call the segmentations that every workspace has, and what these are. */
export function useDivision() {
  const { t } = useTranslation()
  const told = (words: 'names' | 'abouts', name: string, otherwise: string) =>
    t(`segmentations.${words}.${name}`, { defaultValue: otherwise })
  return {
    called: (name: string) => told('names', name, name),
    about: (name: string) => told('abouts', name, t('segmentations.given')),
  }
}

/** A rule, and what to call it, as the builder takes them from its address. */
export interface Begun {
  rule?: Record<string, unknown>
  label?: string
}

/** A part of a segmentation as the beginning of a segment. */
export const partBegun = (segmentation: string, part: string, label: string): Begun => ({
  rule: { all: [{ trait: `segmentation.${segmentation}`, '=': part }] },
  label,
})

/** A cell of the RFM grid, whatever its money score, as the beginning of a segment. */
export const cellBegun = (recency: number, frequency: number, tiles: number, label: string): Begun => ({
  rule: {
    all: [
      {
        trait: 'segmentation.rfm_cell',
        in: Array.from({ length: tiles }, (_, money) => `${recency}-${frequency}-${money + 1}`),
      },
    ],
  },
  label,
})

/** What an address says of a segment to begin with; nothing where it says none that could be. */
export function begunIn(search: Record<string, unknown>): Begun {
  const { rule, label } = search
  const isRule = typeof rule === 'object' && rule !== null && !Array.isArray(rule)
  return {
    ...(isRule ? { rule: rule as Record<string, unknown> } : {}),
    ...(typeof label === 'string' || typeof label === 'number' ? { label: String(label) } : {}),
  }
}
