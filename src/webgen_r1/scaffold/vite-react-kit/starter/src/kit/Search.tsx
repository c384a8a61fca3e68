import { useId, useState } from 'react'
import { Cards, Empty } from './Cards'
import { List, Table } from './Table'
import { asSheet, column, say, sorted } from './sheet'
import type { Sheet } from './sheet'

interface SearchProps {
  of: Sheet
  by?: string
  as?: string
  action?: string
}

/** Rows to be found: by words, by the values of one column, in the order of another. */
export function Search({ of, by, as, action }: SearchProps) {
  const id = useId()
  const sheet = asSheet(of)
  const { columns, rows } = sheet
  const [text, setText] = useState('')
  const [only, setOnly] = useState('')
  const [order, setOrder] = useState('')
  const values = (at: number) => [...new Set(rows.map((row) => row[at]).filter(Boolean))]
  const filter = column(
    sheet,
    by,
    ({ kind }, at) => at > 0 && kind === 'text' && values(at).length < rows.length,
  )
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const ordered = order === '' ? rows : sorted(sheet, Number(order))
  const found = ordered.filter((row) => {
    const line = row.join(' ').toLowerCase()
    return (
      words.every((word) => line.includes(word)) && (!only || filter < 0 || row[filter] === only)
    )
  })
  const result = { columns, rows: found }
  const look = say(as)
  return (
    <div className="search">
      <div className="controls">
        <p className="field">
          <label htmlFor={`${id}-text`}>Search</label>
          <input
            id={`${id}-text`}
            type="search"
            value={text}
            placeholder={rows[0] && `Try “${rows[0][0]}”`}
            onChange={(event) => setText(event.target.value)}
          />
        </p>
        {filter >= 0 && (
          <Choice
            id={`${id}-only`}
            label={columns[filter].name}
            value={only}
            onChange={setOnly}
            options={[['', 'All'], ...values(filter).map((value) => [value, value])]}
          />
        )}
        {columns.length > 0 && (
          <Choice
            id={`${id}-order`}
            label="Sort by"
            value={order}
            onChange={setOrder}
            options={[['', 'Our order'], ...columns.map(({ name }, at) => [String(at), name])]}
          />
        )}
      </div>
      <p className="note" role="status">
        {found.length} of {rows.length} shown
      </p>
      {!found.length && <Empty>Nothing fits. Try fewer words or another choice.</Empty>}
      {found.length > 0 &&
        (look === 'table' ? (
          <Table of={result} action={action} />
        ) : look === 'list' ? (
          <List of={result} />
        ) : (
          <Cards of={result} action={action} />
        ))}
    </div>
  )
}

interface ChoiceProps {
  id: string
  label: string
  value: string
  options: string[][]
  onChange: (value: string) => void
}

function Choice({ id, label, value, options, onChange }: ChoiceProps) {
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, said]) => (
          <option key={key} value={key}>
            {said}
          </option>
        ))}
      </select>
    </p>
  )
}
