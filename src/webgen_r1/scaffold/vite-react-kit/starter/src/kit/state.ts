// What the parts of a site know of each other: its pages, and what visitors leave on it.
import { createContext, isValidElement, useContext, useSyncExternalStore } from 'react'
import type { ComponentType } from 'react'
import { slug } from './sheet'

export interface PageLink {
  key: string
  label: string
  path: string
  Page: ComponentType
}

export const SiteContext = createContext<{ name: string; pages: PageLink[] }>({
  name: 'Website',
  pages: [],
})
export const useSite = () => useContext(SiteContext)

/** `CarRental` is called "Car Rental" and lives at /car-rental; the first page lives at /. */
export function linksTo(pages: Record<string, unknown>): PageLink[] {
  const usable = Object.entries(pages).flatMap(([key, page]): [string, ComponentType][] => {
    if (isValidElement(page)) return [[key, () => page]]
    return typeof page === 'function' ? [[key, page as ComponentType]] : []
  })
  return usable.map(([key, Page], at) => {
    const label = labelOf(key)
    return { key, label, path: at === 0 ? '/' : `/${slug(label)}`, Page }
  })
}

const labelOf = (key: string) => {
  const spaced = key
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
  const label = spaced.replace(/(.) Page$/, '$1').trim()
  return /^faqs?$/i.test(label)
    ? label.toUpperCase().replace('S', 's')
    : label.charAt(0).toUpperCase() + label.slice(1)
}

/** The page that `action` names, else the second one: a link must lead somewhere. */
export function usePage(action: string): PageLink | undefined {
  const { pages } = useSite()
  const wanted = slug(action)
  return (
    pages.find(({ key, label }) => slug(key) === wanted || slug(label) === wanted) ??
    pages[1] ??
    pages[0]
  )
}

// ── what is kept between pages and visits ───────────────────────────────────────────

const kept = new Map<string, unknown[]>()
const listeners = new Set<() => void>()

function read(key: string): unknown[] {
  const known = kept.get(key)
  if (known) return known
  let found: unknown
  try {
    found = JSON.parse(localStorage.getItem(key) ?? '[]')
  } catch {
    found = [] // no storage, or nothing of ours in it
  }
  const list = Array.isArray(found) ? found : []
  kept.set(key, list)
  return list
}

function write(key: string, list: unknown[]) {
  kept.set(key, list)
  try {
    localStorage.setItem(key, JSON.stringify(list))
  } catch {
    // It lasts until the page is closed.
  }
  listeners.forEach((listener) => listener())
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A list that all components share under `key` and that survives a reload. */
export function useKept<T>(key: string): [T[], (change: (now: T[]) => T[]) => void] {
  const { name } = useSite()
  const full = `${slug(name)}/${key}`
  const list = useSyncExternalStore(subscribe, () => read(full)) as T[]
  return [list, (change) => write(full, change(read(full) as T[]))]
}

/** A row that a visitor saved, with what is needed to show it anywhere. */
export interface SavedRow {
  title: string
  action: string
  facts: { name: string; value: string; kind: string }[]
}

export const useSaved = () => useKept<SavedRow>('saved')

/** What a visitor sent with a form. */
export interface Entry {
  form: string
  values: [string, string][]
}

export const useEntries = () => useKept<Entry>('entries')
