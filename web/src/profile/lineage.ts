/** Where the nodes of a lineage stand: a column a step, what feeds a trait at its left, what uses it at its right. */
import { nameInAddress } from '../app/addresses'

export interface Placed {
  node: string
  x: number
  y: number
}

export interface Grid {
  width: number
  height: number
  nodes: readonly Placed[]
}

export const BOX = { width: 170, height: 46, gap: 10, between: 54 } as const

/** Columns from the first step to the last, each in the middle of the height; wider than `least` where there are many. */
export function placed(nodes: readonly { node: string; step: number }[], least: number): Grid {
  const steps = [...new Set(nodes.map((each) => each.step))].sort((one, other) => one - other)
  const columns = steps.map((step) => nodes.filter((each) => each.step === step))
  const tall = (many: number) => many * (BOX.height + BOX.gap) - BOX.gap
  const height = tall(Math.max(1, ...columns.map((column) => column.length)))
  const width = Math.max(least, steps.length * (BOX.width + BOX.between) - BOX.between)
  const between = steps.length > 1 ? (width - BOX.width) / (steps.length - 1) : 0
  return {
    width,
    height,
    nodes: columns.flatMap((column, place) =>
      column.map((each, row) => ({
        node: each.node,
        x: steps.length > 1 ? place * between : (width - BOX.width) / 2,
        y: (height - tall(column.length)) / 2 + row * (BOX.height + BOX.gap),
      })),
    ),
  }
}

/** The way from the right of one box to the left of another. */
export function way(from: Placed, to: Placed): string {
  const [x0, y0, x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2]
  const middle = (x0 + x1) / 2
  return `M${x0},${y0}C${middle},${y0} ${middle},${y1} ${x1},${y1}`
}

/** The page of what a node stands for; none for what has no page of its own. */
export function addressOf(kind: string, name: string): string | undefined {
  const part = encodeURIComponent(nameInAddress(name))
  const places: Record<string, string> = {
    trait: `/traits/${part}`,
    segment: `/segments/${part}`,
    segmentation: `/segmentations/${part}`,
    template: `/templates/${part}`,
    campaign: `/campaigns/${part}`,
    score: '/predictions',
    source: '/data',
    event: '/data/tracking',
  }
  return places[kind]
}
