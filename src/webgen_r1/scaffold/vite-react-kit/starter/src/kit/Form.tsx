import { useId, useRef, useState } from 'react'
import type { FormEvent, InputHTMLAttributes } from 'react'
import { Art } from './Art'
import { Heading } from './Heading'
import { useEntries } from './state'
import { parts, say, slug } from './sheet'

interface FormProps {
  fields: string
  submit?: string
  title?: string
  done?: string
}

interface Field {
  label: string
  name: string
  kind: string
  optional: boolean
  choices: string[]
}

// What the words of a label ask for, the first that fits.
const KINDS: [string, RegExp][] = [
  ['email', /e-?mail/i],
  ['tel', /phone|mobile/i],
  ['password', /password|\bpin\b/i],
  ['time', /\btime\b|\bhour\b/i],
  ['date', /\bdates?\b|\bday\b|birth|arrival|departure|check-?(?:in|out)|deadline/i],
  ['checkbox', /\bagree|\baccept|\bterms\b|\bsubscribe\b|\bconsent/i],
  [
    'number',
    /^(?:number|no\.?) of|how many|quantity|guests|people|persons|participants|seats|tickets|nights|\bage\b|amount|budget|price|rating|duration|weight|hours/i,
  ],
  [
    'textarea',
    /message|comment|note|question|descri|details|feedback|review|reason|story|about|request|instructions|\bbio\b|experience|content|symptom/i,
  ],
]

const HINTS: Record<string, string> = {
  email: 'We only use it to answer you.',
  tel: 'With the area code.',
  password: 'At least six characters.',
}

const AUTOFILL: Record<string, string> = {
  name: 'name',
  email: 'email',
  tel: 'tel',
  address: 'street-address',
  city: 'address-level2',
}

function fieldOf(text: string): Field {
  const [head, ...tail] = text.split(':')
  const optional = /\?$|\(optional\)/i.test(head.trim())
  const label = head.replace(/\?\s*$|\(optional\)/i, '').trim()
  const choices = parts(tail.join(':'), /[/|]/)
  const kind = choices.length
    ? 'select'
    : (KINDS.find(([, words]) => words.test(label))?.[0] ?? 'text')
  return { label, name: slug(label), kind, optional, choices }
}

function problemWith({ label, kind, optional }: Field, value: string): string {
  if (!value) return optional ? '' : `${label} is required.`
  if (kind === 'email' && !/^\S+@\S+\.\S+$/.test(value))
    return 'Please enter an address like ada@example.com.'
  if (kind === 'tel' && value.replace(/\D/g, '').length < 6)
    return 'Please enter a phone number with at least six digits.'
  if (kind === 'password' && value.length < 6) return 'Please use at least six characters.'
  if (kind === 'number' && !(Number(value) > 0)) return 'Please enter a number above zero.'
  return ''
}

/** A form made from the names of its fields; what was sent is kept for `Entries`. */
export function Form({ fields, submit, title, done }: FormProps) {
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const asked = parts(fields, /[,|\n]/)
    .map(fieldOf)
    .filter(({ name }) => name)
  const all = asked.length ? asked : ['Name', 'Email', 'Message'].map(fieldOf)
  const button = say(submit) || 'Send'
  const [, setEntries] = useEntries()
  const [values, setValues] = useState<Record<string, string>>({})
  const [problems, setProblems] = useState<Record<string, string>>({})
  const [sent, setSent] = useState(false)
  const value = ({ name }: Field) => (values[name] ?? '').trim()

  const send = (event: FormEvent) => {
    event.preventDefault()
    const found = Object.fromEntries(
      all
        .map((field) => [field.name, problemWith(field, value(field))])
        .filter(([, problem]) => problem),
    )
    setProblems(found)
    setSent(false)
    const first = all.find(({ name }) => found[name])
    if (first) return form.current?.querySelector<HTMLElement>(`[name="${first.name}"]`)?.focus()
    const kept = all.map((field): [string, string] => [
      field.label,
      field.kind === 'password' ? '••••••' : value(field),
    ])
    setEntries((now) => [...now, { form: say(title) || button, values: kept }])
    setSent(true)
    setValues({})
  }

  return (
    <div className="form">
      <form
        ref={form}
        className="panel"
        noValidate
        aria-label={say(title) || button}
        onSubmit={send}
      >
        {say(title) && <Heading>{say(title)}</Heading>}
        <div className="fields">
          {all.map((field) => (
            <Input
              key={field.name}
              id={`${id}-${field.name}`}
              field={field}
              value={values[field.name] ?? ''}
              problem={problems[field.name]}
              onChange={(next) => setValues((now) => ({ ...now, [field.name]: next }))}
            />
          ))}
        </div>
        <button type="submit" className="button">
          {button}
        </button>
        <p className="done" role="status">
          {sent && (say(done) || 'Thank you. We have received it and will be in touch.')}
        </p>
      </form>
      <Art of={say(title) || button} tall />
    </div>
  )
}

interface InputProps {
  id: string
  field: Field
  value: string
  problem?: string
  onChange: (value: string) => void
}

function Input({ id, field, value, problem, onChange }: InputProps) {
  const { label, name, kind, optional, choices } = field
  const hint = HINTS[kind]
  const same = {
    id,
    name,
    'aria-required': !optional,
    'aria-invalid': Boolean(problem),
    'aria-describedby': problem || hint ? `${id}-note` : undefined,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  }
  const input: InputHTMLAttributes<HTMLInputElement> = {
    ...same,
    value,
    type: kind,
    autoComplete: AUTOFILL[kind] ?? AUTOFILL[name],
  }
  return (
    <p className="field" data-kind={kind}>
      {kind === 'checkbox' ? (
        <label>
          <input
            {...same}
            type="checkbox"
            checked={value === 'yes'}
            onChange={(event) => onChange(event.target.checked ? 'yes' : '')}
          />{' '}
          {label}
        </label>
      ) : (
        <label htmlFor={id}>
          {label}
          {optional && <small> (optional)</small>}
        </label>
      )}
      {kind === 'select' && (
        <select {...same} value={value}>
          <option value="">Choose…</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
      {kind === 'textarea' && <textarea {...same} value={value} rows={4} />}
      {!['checkbox', 'select', 'textarea'].includes(kind) && (
        <input {...input} min={kind === 'number' ? 1 : undefined} />
      )}
      {problem ? (
        <span className="problem" id={`${id}-note`} role="alert">
          {problem}
        </span>
      ) : (
        hint && <small id={`${id}-note`}>{hint}</small>
      )}
    </p>
  )
}
