/** Where each step of a journey is drawn, and the lines between them. */
import { endsHere, everyStep, waysOf, type Body, type Path, type StepGrammar } from '../steps'

export const NODE = { width: 208, height: 72 }
const GAP = 52
const FORK = 78
const JOIN = 30
const BESIDE = 28
const EMPTY = 132
const EDGE = 12

export interface Spot {
  step: Body
  path: Path
  x: number
  y: number
  /** Which comes first of steps and gaps, for whoever goes from one to the next. */
  order: number
}

export interface Line {
  d: string
  isJump?: boolean
}

/** The words of a turn where its way begins. */
export interface Turn {
  step: Body
  way: string
  x: number
  y: number
}

/** Where a step can be put: before the place `at` of a list. */
export interface Gap {
  list: Path
  at: number
  x: number
  y: number
  order: number
}

export interface Layout {
  width: number
  height: number
  spots: Spot[]
  lines: Line[]
  turns: Turn[]
  gaps: Gap[]
  middle: number
  end: number
  /** Whether anybody comes behind the last step. */
  isOpen: boolean
}

export function laidOut(steps: readonly Body[], grammar: StepGrammar): Layout {
  const spots: Spot[] = []
  const lines: Line[] = []
  const turns: Turn[] = []
  const gaps: Gap[] = []
  const order = () => spots.length + gaps.length
  const widths = new Map<readonly Body[], number>()
  const widthOf = (list: readonly Body[]): number => {
    const known = widths.get(list)
    if (known !== undefined) return known
    const found = list.length ? Math.max(...list.map((step) => Math.max(NODE.width, across(waysOf(step, grammar).map((way) => widthOf(way.steps)))))) : EMPTY
    widths.set(list, found)
    return found
  }

  /** Draw `list` around `x` beneath a line that has come to `y`; how far down it goes, and whether anybody comes behind it. */
  const draw = (list: readonly Body[], path: Path, x: number, y: number, reached: boolean): { y: number; isOpen: boolean } => {
    let [bottom, isOpen] = [y, reached]
    list.forEach((step, at) => {
      const top = bottom + GAP
      if (isOpen) lines.push({ d: `M${x},${bottom}V${top}` })
      gaps.push({ list: path, at, x, y: bottom + GAP / 2, order: order() })
      const here = [...path, at]
      spots.push({ step, path: here, x: x - NODE.width / 2, y: top, order: order() })
      bottom = top + NODE.height
      isOpen = !endsHere(step)
      const ways = waysOf(step, grammar)
      if (!ways.length) return
      let left = x - across(ways.map((way) => widthOf(way.steps))) / 2
      const tails = ways.map((way) => {
        const width = widthOf(way.steps)
        const centre = left + width / 2
        left += width + BESIDE
        const begin = bottom + FORK - GAP
        lines.push({ d: bent(x, bottom, centre, begin) })
        turns.push({ step, way: way.label, x: centre, y: begin })
        return { x: centre, ...draw(way.steps, [...here, ...way.list], centre, begin, true) }
      })
      const lowest = Math.max(...tails.map((tail) => tail.y)) + JOIN
      for (const tail of tails.filter((each) => each.isOpen)) lines.push({ d: `M${tail.x},${tail.y}V${lowest - JOIN}` }, { d: bent(tail.x, lowest - JOIN, x, lowest) })
      isOpen = tails.some((tail) => tail.isOpen)
      bottom = lowest
    })
    if (isOpen) {
      gaps.push({ list: path, at: list.length, x, y: bottom + GAP / 2, order: order() })
      lines.push({ d: `M${x},${bottom}V${bottom + GAP}` })
      bottom += GAP
    }
    return { y: bottom, isOpen }
  }

  const width = widthOf(steps) + 2 * EDGE
  const middle = width / 2
  const { y, isOpen } = draw(steps, ['steps'], middle, ENTRY, true)
  for (const { step, path } of everyStep(steps, grammar)) {
    const target = step.op === 'go_to' ? spots.find((each) => each.step.id === step.step) : undefined
    const from = spots.find((each) => each.path.join() === path.join())
    if (target && from) lines.push({ d: jump(from, target), isJump: true })
  }
  return { width, height: y + END, spots, lines, turns, gaps, middle, end: y, isOpen }
}

export const ENTRY = 46
export const END = 44

const across = (widths: readonly number[]) => widths.reduce((sum, each) => sum + each, BESIDE * Math.max(0, widths.length - 1))

const bent = (x1: number, y1: number, x2: number, y2: number) => {
  const middle = (y1 + y2) / 2
  return x1 === x2 ? `M${x1},${y1}V${y2}` : `M${x1},${y1}C${x1},${middle} ${x2},${middle} ${x2},${y2}`
}

/** From the side of one step to the side of another. */
const jump = (from: Spot, to: Spot) => {
  const side = from.x >= to.x ? 0 : NODE.width
  const [x1, y1, x2, y2] = [from.x + side, from.y + NODE.height / 2, to.x + side, to.y + NODE.height / 2]
  const out = side ? 40 : -40
  return `M${x1},${y1}C${x1 + out},${y1} ${x2 + out},${y2} ${x2},${y2}`
}
