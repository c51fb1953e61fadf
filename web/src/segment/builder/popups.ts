/** Lists that open have a width of their own: one that is as wide as its words is measured anew for ever where words may wrap. */
export const POPUP = 300
export const WIDE = { root: { width: 'max-content', maxWidth: '90vw' } } as const
