import { useId } from 'react'
import { Empty } from './Cards'
import { amount, asSheet, column, isAmount, like, say } from './sheet'
import type { Sheet } from './sheet'

interface ChartProps {
  of: Sheet
  x?: string
  y?: string
  title?: string
  kind?: string
}

interface Point {
  label: string
  value: number
}

/** One column of figures over another: as bars, as a line over time, or as shares of a ring. */
export function Chart({ of, x, y, title, kind }: ChartProps) {
  const id = useId()
  const sheet = asSheet(of)
  const { columns, rows } = sheet
  const across = column(sheet, x, (_, at) => at === 0)
  const up = column(sheet, y, (one, at) => at !== across && isAmount(one))
  const points = pointsOf(sheet, across, up)
  if (!points.length) return <Empty />
  const write = like(up < 0 ? '' : rows[0][up])
  const name =
    say(title) ||
    (up < 0
      ? `Number by ${columns[across].name}`
      : `${columns[up].name} by ${columns[across].name}`)
  const Kind = { line: Line, ring: Ring }[say(kind)] ?? Bars
  return (
    <figure className="panel chart" aria-labelledby={id}>
      <figcaption id={id}>{name}</figcaption>
      <Kind points={points} write={write} />
    </figure>
  )
}

/** Sums of `up` for each value of `across`; without such a column, how often each occurs. */
function pointsOf({ columns, rows }: Sheet, across: number, up: number): Point[] {
  const sums = new Map<string, number>()
  for (const row of across < 0 ? [] : rows) {
    const value = up < 0 ? 1 : amount(row[up], columns[up].kind)
    sums.set(row[across], (sums.get(row[across]) ?? 0) + value)
  }
  return [...sums].map(([label, value]) => ({ label, value }))
}

interface KindProps {
  points: Point[]
  write: (value: number) => string
}

/** The next round number, where a scale may end. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value || 1))
  return unit * ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((step) => value <= step * unit) ?? 10)
}

const topOf = (points: Point[]) => roundUp(Math.max(...points.map(({ value }) => value), 0))

function Bars({ points, write }: KindProps) {
  const top = topOf(points)
  return (
    <ul className="bars">
      {points.map(({ label, value }) => (
        <li key={label}>
          <span>{label}</span>
          <span className="track">
            <i style={{ width: `${Math.max(1, (100 * value) / top)}%` }} />
          </span>
          <strong>{write(value)}</strong>
        </li>
      ))}
    </ul>
  )
}

function Line({ points, write }: KindProps) {
  const top = topOf(points)
  const place = ({ value }: Point, at: number) => [
    (100 * (at + 0.5)) / points.length,
    100 - (100 * Math.max(0, value)) / top,
  ]
  const path = points.map((point, at) => place(point, at).join(',')).join(' L')
  const [first] = place(points[0], 0)
  const [last] = place(points[points.length - 1], points.length - 1)
  return (
    <div className="line">
      <ol className="scale">
        {[1, 0.75, 0.5, 0.25, 0].map((share) => (
          <li key={share}>{write(top * share)}</li>
        ))}
      </ol>
      <div className="plot">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path className="area" d={`M${first},100 L${path} L${last},100Z`} />
          <path className="stroke" d={`M${path}`} />
        </svg>
        {points.map((point, at) => (
          <i
            key={point.label}
            style={{ left: `${place(point, at)[0]}%`, top: `${place(point, at)[1]}%` }}
            title={`${point.label}: ${write(point.value)}`}
          />
        ))}
      </div>
      <ol className="labels">
        {points.map(({ label, value }) => (
          <li key={label}>
            {label} <strong>{write(value)}</strong>
          </li>
        ))}
      </ol>
    </div>
  )
}

const SHADES = [100, 76, 56, 38, 22].map(
  (share) => `color-mix(in srgb, var(--accent) ${share}%, var(--surface))`,
)

function Ring({ points, write }: KindProps) {
  const total = points.reduce((sum, { value }) => sum + Math.max(0, value), 0) || 1
  let before = 0
  const arcs = points.map((point, at) => {
    const share = Math.max(0, point.value) / total
    before += share
    return { ...point, share, start: before - share, shade: SHADES[at % SHADES.length] }
  })
  return (
    <div className="ring">
      <svg viewBox="0 0 42 42" aria-hidden="true">
        {arcs.map(({ label, share, start, shade }) => (
          <circle
            key={label}
            cx="21"
            cy="21"
            r="15.915"
            stroke={shade}
            strokeDasharray={`${Math.max(0, share * 100 - 0.8)} 100`}
            strokeDashoffset={-100 * start}
          />
        ))}
      </svg>
      <ul>
        {arcs.map(({ label, value, share, shade }) => (
          <li key={label}>
            <i style={{ background: shade }} />
            <span>{label}</span>
            <strong>
              {write(value)} · {Math.round(share * 100)}%
            </strong>
          </li>
        ))}
      </ul>
    </div>
  )
}
