/** The path of a line through points in time, from zero upwards, in a box; closed down to its foot where it is filled. */
export function linePath(
  points: { at: number; value: number }[],
  width: number,
  height: number,
  isFilled: boolean,
): string {
  const starts = Math.min(...points.map((each) => each.at))
  const lasts = Math.max(...points.map((each) => each.at)) - starts || 1
  const most = Math.max(...points.map((each) => each.value)) || 1
  const x = (at: number) => +(((at - starts) / lasts) * width).toFixed(2)
  const y = (value: number) => +(height - 4 - (value / most) * (height - 8)).toFixed(2)
  const along = points.map((each, place) => `${place ? 'L' : 'M'}${x(each.at)} ${y(each.value)}`).join('')
  return isFilled ? `${along}L${width} ${height}L0 ${height}Z` : along
}
