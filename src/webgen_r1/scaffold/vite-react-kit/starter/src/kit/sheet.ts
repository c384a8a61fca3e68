// Text to data: what the props of the kit are read with. A model wrote the calls, so nothing
// here throws, whatever it is given.

export type Kind = 'text' | 'number' | 'money' | 'date'
export interface Column {
  name: string
  kind: Kind
}
export type Row = string[]
export interface Sheet {
  columns: Column[]
  rows: Row[]
}

/** Every table of the site, for the chat to answer from. */
export const sheets: Sheet[] = []

/** Rows under named columns: the first line holds the names, `|` stands between cells. */
export function table(source: string): Sheet {
  const lines = say(source)
    .split('\n')
    .map((line) => line.trim().replace(/^\|\s*|\s*\|$/g, ''))
    .filter((line) => /[^\s|:-]/.test(line)) // no empty ones, no rules as in Markdown
  const [names = [], ...cells] = lines.map((line) => line.split('|').map((cell) => cell.trim()))
  const sheet = build(names, cells)
  sheets.push(sheet)
  return sheet
}

function build(names: string[], cells: string[][]): Sheet {
  const rows = cells.map((row) => names.map((_, at) => row[at] ?? ''))
  return {
    columns: names.map((name, at) => ({ name, kind: kindOf(rows.map((row) => row[at])) })),
    rows,
  }
}

const MONEY = /^[-+]?\s*(?:[$€£¥]|USD|EUR|GBP)\s?[\d.,]+.*$|^[\d.,]+\s?(?:[$€£¥]|USD|EUR|GBP)$/
const NUMBER = /^[-+]?[\d.,]+\s?(?:%|[a-zA-Z°/²]{0,6})$/
const DATE =
  /^\d{4}-\d\d?-\d\d?|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\b.*\d|\d.*\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)/i

function kindOf(cells: string[]): Kind {
  const filled = cells.filter(Boolean)
  const all = (pattern: RegExp) => filled.length > 0 && filled.every((cell) => pattern.test(cell))
  return all(MONEY) ? 'money' : all(NUMBER) ? 'number' : all(DATE) ? 'date' : 'text'
}

/** A table, the text of one, or a list of objects; anything else is a table without rows. */
export function asSheet(of: unknown): Sheet {
  if (isSheet(of)) return of
  if (typeof of === 'string') return table(of)
  const objects = Array.isArray(of)
    ? of.filter((one) => one !== null && typeof one === 'object')
    : []
  const names = Object.keys(objects[0] ?? {})
  return build(
    names,
    objects.map((one) => names.map((name) => say(one[name]))),
  )
}

function isSheet(of: unknown): of is Sheet {
  return of !== null && typeof of === 'object' && 'rows' in of && 'columns' in of
}

/** A text to show; empty for what is none. */
export function say(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The parts of `a | b | c` (or of lines), of an array, or the titles of a table. */
export function parts(value: unknown, between: RegExp = /[|\n]/): string[] {
  const listed = isSheet(value)
    ? value.rows.map((row) => row[0])
    : Array.isArray(value)
      ? value.map(say)
      : say(value).split(between)
  return listed.map((part) => part.trim()).filter(Boolean)
}

/** The number in a cell, for sorting and adding up; dates count in milliseconds. */
export function amount(cell: string, kind: Kind): number {
  const value = kind === 'date' ? Date.parse(cell) : parseFloat(cell.replace(/[^\d.-]/g, ''))
  return Number.isNaN(value) ? 0 : value
}

/** The rows in the order of one column: words by alphabet, the rest by size. */
export function sorted({ columns, rows }: Sheet, at: number, up = true): Row[] {
  const { kind } = columns[at]
  const compare = (a: Row, b: Row) =>
    kind === 'text' ? a[at].localeCompare(b[at]) : amount(a[at], kind) - amount(b[at], kind)
  return [...rows].sort((a, b) => (up ? compare(a, b) : compare(b, a)))
}

/** Writes numbers as `sample` is written: `$1,200`, `$6.50`, `12 km`. */
export function like(sample: string): (value: number) => string {
  const [, before = '', after = ''] = /^-?([^\d-]*)[-\d.,]*(.*)$/.exec(sample) ?? []
  const cents = /[$€£¥].*\.\d\d/.test(sample) ? 2 : 0
  return (value) => {
    const digits = {
      minimumFractionDigits: cents,
      maximumFractionDigits: Math.max(cents, Math.abs(value) < 100 ? 1 : 0),
    }
    return (value < 0 ? '-' : '') + before + Math.abs(value).toLocaleString('en-US', digits) + after
  }
}

/** A column by its name, or any column for which `fits` holds. */
export function column(
  sheet: Sheet,
  name: unknown,
  fits: (one: Column, at: number) => boolean,
): number {
  const wanted = say(name).toLowerCase()
  const named = sheet.columns.findIndex((one) => one.name.toLowerCase() === wanted)
  return named >= 0 ? named : sheet.columns.findIndex(fits)
}

export const isAmount = (one: Column) => one.kind === 'money' || one.kind === 'number'

/** A name as an address: `Car Rental` is `car-rental`. */
export const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
