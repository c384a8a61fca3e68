import { useState } from 'react'
import type { ReactNode } from 'react'
import { Art } from './Art'
import { Dialog } from './Dialog'
import { Heading } from './Heading'
import { useSaved } from './state'
import type { SavedRow } from './state'
import { asSheet, say } from './sheet'
import type { Row, Sheet } from './sheet'

interface CardsProps {
  of: Sheet
  action?: string
  look?: string
}

/** One card for each row: artwork, what the row says, and a button that saves it. */
export function Cards({ of, action, look }: CardsProps) {
  const sheet = asSheet(of)
  const [shown, setShown] = useState<Row | null>(null)
  if (!sheet.rows.length) return <Empty />
  const roles = rolesOf(sheet)
  return (
    <>
      <ul className="cards" data-look={say(look)} data-count={sheet.rows.length}>
        {sheet.rows.map((row, at) => (
          <Card
            key={row[0] + at}
            sheet={sheet}
            row={row}
            roles={roles}
            action={say(action)}
            onDetails={() => setShown(row)}
          />
        ))}
      </ul>
      {shown && (
        <Dialog title={shown[0]} onClose={() => setShown(null)}>
          <Art of={shown[0]} />
          <Facts sheet={sheet} row={shown} columns={sheet.columns.map((_, at) => at).slice(1)} />
          {say(action) && <Save sheet={sheet} row={shown} action={say(action)} />}
        </Dialog>
      )}
    </>
  )
}

export function Empty({ children = 'Nothing to show here yet.' }: { children?: ReactNode }) {
  return <div className="empty">{children}</div>
}

interface Roles {
  story: number
  price: number
  kicker: number
  rest: number[]
}

const LONG = 26 // characters: from here on a column tells a story

/** Which column of a table plays which part on a card; -1 for a part without a column. */
function rolesOf({ columns, rows }: Sheet): Roles {
  const mean = (at: number) => rows.reduce((sum, row) => sum + row[at].length, 0) / rows.length
  const others = columns.map((_, at) => at).slice(1)
  const texts = others.filter((at) => columns[at].kind === 'text')
  const story = texts.filter((at) => mean(at) > LONG).sort((a, b) => mean(b) - mean(a))[0] ?? -1
  const prices = others.filter((at) => columns[at].kind === 'money')
  const price = prices.length === 1 ? prices[0] : -1
  const kicker = texts.find((at) => at !== story) ?? -1
  return { story, price, kicker, rest: others.filter((at) => ![story, price, kicker].includes(at)) }
}

interface CardProps {
  sheet: Sheet
  row: Row
  roles: Roles
  action: string
  onDetails: () => void
}

function Card({ sheet, row, roles, action, onDetails }: CardProps) {
  const { story, price, kicker, rest } = roles
  return (
    <li className="card">
      <Art of={row[0]} />
      <div className="body">
        {kicker >= 0 && <p className="kicker">{row[kicker]}</p>}
        <Heading className="name">{row[0]}</Heading>
        {story >= 0 && <p className="story">{row[story]}</p>}
        <Facts sheet={sheet} row={row} columns={rest} />
        <div className="foot-row">
          {price >= 0 && <p className="price">{row[price]}</p>}
          <div className="group">
            <button
              type="button"
              className="quiet"
              aria-label={`Details of ${row[0]}`}
              onClick={onDetails}
            >
              Details
            </button>
            {action && <Save sheet={sheet} row={row} action={action} />}
          </div>
        </div>
      </div>
    </li>
  )
}

function Facts({ sheet, row, columns }: { sheet: Sheet; row: Row; columns: number[] }) {
  const filled = columns.filter((at) => row[at])
  if (!filled.length) return null
  return (
    <dl className="facts">
      {filled.map((at) => (
        <div key={at}>
          <dt>{sheet.columns[at].name}</dt>
          <dd>{row[at]}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Saves a row, or lets go of it again. */
export function Save({ sheet, row, action }: { sheet: Sheet; row: Row; action: string }) {
  const [saved, setSaved] = useSaved()
  const isOther = (one: SavedRow) => one.title !== row[0] || one.action !== action
  const has = !saved.every(isOther)
  const facts = sheet.columns.map(({ name, kind }, at) => ({ name, kind, value: row[at] })).slice(1)
  const toggle = () =>
    setSaved((now) => (has ? now.filter(isOther) : [...now, { title: row[0], action, facts }]))
  return (
    <button
      type="button"
      className="button"
      aria-pressed={has}
      aria-label={`${action}: ${row[0]}`}
      onClick={toggle}
    >
      {has ? '✓ ' : ''}
      {action}
    </button>
  )
}
