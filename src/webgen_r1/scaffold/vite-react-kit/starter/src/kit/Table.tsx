import { useState } from 'react'
import { Empty, Save } from './Cards'
import { useKept } from './state'
import { amount, asSheet, like, parts, say, slug, sorted } from './sheet'
import type { Row, Sheet } from './sheet'

interface TableProps {
  of: Sheet
  action?: string
}

/** Rows as they are, sorted by a click on a column's name, with totals of money. */
export function Table({ of, action }: TableProps) {
  const sheet = asSheet(of)
  const { columns, rows } = sheet
  const [by, setBy] = useState<{ at: number; up: boolean } | null>(null)
  if (!rows.length) return <Empty />
  const ordered = by ? sorted(sheet, by.at, by.up) : rows
  const sums = columns.map(({ kind }, at) => (kind === 'money' ? total(rows, at) : ''))
  return (
    <div className="sheet">
      <table>
        <thead>
          <tr>
            {columns.map(({ name, kind }, at) => (
              <th
                key={at}
                scope="col"
                data-kind={kind}
                aria-sort={by?.at !== at ? 'none' : by.up ? 'ascending' : 'descending'}
              >
                <button type="button" onClick={() => setBy({ at, up: by?.at !== at || !by.up })}>
                  {name}
                  <i aria-hidden="true">{by?.at !== at ? '↕' : by.up ? '↑' : '↓'}</i>
                </button>
              </th>
            ))}
            {say(action) && <th scope="col">{say(action)}</th>}
          </tr>
        </thead>
        <tbody>
          {ordered.map((row, at) => (
            <tr key={row[0] + at}>
              {row.map((cell, of) =>
                of === 0 ? (
                  <th key={of} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={of} data-kind={columns[of].kind}>
                    {cell}
                  </td>
                ),
              )}
              {say(action) && (
                <td>
                  <Save sheet={sheet} row={row} action={say(action)} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
        {sums.some(Boolean) && rows.length > 1 && (
          <tfoot>
            <tr>
              {sums.map((sum, at) =>
                at === 0 ? (
                  <th key={at} scope="row">
                    Total
                  </th>
                ) : (
                  <td key={at} data-kind="money">
                    {sum}
                  </td>
                ),
              )}
              {say(action) && <td />}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

const total = (rows: Row[], at: number) =>
  like(rows[0][at])(rows.reduce((sum, row) => sum + amount(row[at], 'money'), 0))

interface ListProps {
  of?: Sheet
  items?: string
  check?: boolean | string
}

/** A plain list; with `check`, one to tick off, which is remembered. */
export function List({ of, items, check }: ListProps) {
  const rows = of === undefined ? parts(items).map((item) => [item]) : asSheet(of).rows
  const [ticked, setTicked] = useKept<string>('ticked')
  if (!rows.length) return <Empty />
  const ticks = check !== undefined && check !== false && check !== 'false'
  const done = rows.filter(([title]) => ticked.includes(title)).length
  const toggle = (title: string) =>
    setTicked((now) => (now.includes(title) ? now.filter((one) => one !== title) : [...now, title]))
  return (
    <div className="panel">
      {ticks && (
        <p className="note" role="status">
          {done} of {rows.length} done
        </p>
      )}
      <ul className="lines">
        {rows.map(([title, ...rest], at) => {
          const said = (
            <span>
              <strong>{title}</strong>
              {rest.some(Boolean) && <small>{rest.filter(Boolean).join(' · ')}</small>}
            </span>
          )
          return (
            <li key={title + at}>
              {ticks ? (
                <label>
                  <input
                    type="checkbox"
                    name={slug(title)}
                    checked={ticked.includes(title)}
                    onChange={() => toggle(title)}
                  />
                  {said}
                </label>
              ) : (
                said
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
