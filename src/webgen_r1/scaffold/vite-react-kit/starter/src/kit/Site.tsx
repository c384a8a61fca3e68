import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ComponentType } from 'react'
import { Link, NavLink, Route, Routes, useLocation } from 'react-router-dom'
import { Art } from './Art'
import { themeOf } from './colour'
import { Dialog } from './Dialog'
import { Page } from './Page'
import { Saved } from './Saved'
import { SiteContext, linksTo, useSaved, useSite } from './state'
import type { PageLink } from './state'
import { say } from './sheet'

interface SiteProps {
  name: string
  background: string
  color: string
  pages: Record<string, ComponentType>
  layout?: string
  font?: string
  corners?: string
  tagline?: string
}

/** The shell of every page: navigation, saved things, footer, routes and colours. */
export function Site({
  name,
  background,
  color,
  pages,
  layout,
  font,
  corners,
  tagline,
}: SiteProps) {
  const site = useMemo(
    () => ({ name: say(name) || 'Website', pages: linksTo(pages ?? {}) }),
    [name, pages],
  )
  const line = say(tagline) || sentence(site.pages)
  useLayoutEffect(() => {
    for (const [key, value] of Object.entries(themeOf(say(background), say(color)))) {
      document.documentElement.style.setProperty(key, value)
    }
  }, [background, color])
  return (
    <SiteContext.Provider value={site}>
      <div
        className="site"
        data-layout={say(layout)}
        data-font={say(font)}
        data-corners={say(corners)}
      >
        <a className="skip" href="#main">
          Skip to content
        </a>
        <Header tagline={line} />
        <Main />
        <Footer tagline={line} />
      </div>
    </SiteContext.Provider>
  )
}

function sentence(pages: PageLink[]): string {
  const names = pages.slice(1).map(({ label }) => label)
  return names.length
    ? `${names.join(', ').replace(/, ([^,]*)$/, ' and $1')} in one place.`
    : 'Everything in one place.'
}

function Header({ tagline }: { tagline: string }) {
  const { name, pages } = useSite()
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  useEffect(() => setOpen(false), [pathname])
  return (
    <header className="bar" data-open={open}>
      <div className="brand">
        <Link to="/" className="name">
          {name}
        </Link>
        <span className="tagline">{tagline}</span>
      </div>
      <button
        type="button"
        className="menu"
        aria-expanded={open}
        aria-controls="pages"
        onClick={() => setOpen(!open)}
      >
        Menu
      </button>
      <div className="strip">
        <nav id="pages" aria-label="Pages">
          {pages.map(({ label, path }) => (
            <NavLink key={path} to={path} end>
              {label}
            </NavLink>
          ))}
        </nav>
        <Basket />
      </div>
    </header>
  )
}

/** How much was saved, and a look at it from every page. */
function Basket() {
  const [saved] = useSaved()
  const [open, setOpen] = useState(false)
  if (!saved.length && !open) return null
  return (
    <>
      <button type="button" className="basket" onClick={() => setOpen(true)}>
        Saved <span className="count">{saved.length}</span>
      </button>
      {open && (
        <Dialog title="Saved" onClose={() => setOpen(false)}>
          <Saved title="" />
        </Dialog>
      )}
    </>
  )
}

function Main() {
  const { name, pages } = useSite()
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const label = pages.find(({ path }) => path === pathname)?.label ?? 'Page not found'
  const last = useRef(pathname)
  useEffect(() => {
    document.title = pathname === '/' ? name : `${label} · ${name}`
    if (last.current === pathname) return
    last.current = pathname
    window.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true }) // readers start at the new page, not where the link was
  }, [pathname, label, name])
  return (
    <main id="main" ref={main} tabIndex={-1}>
      <Routes>
        {pages.map(({ path, Page: Content }) => (
          <Route key={path} path={path} element={<Content />} />
        ))}
        <Route path="*" element={<NotFound />} />
      </Routes>
    </main>
  )
}

function NotFound() {
  const { pathname } = useLocation()
  return (
    <Page
      title="Page not found"
      text={`There is nothing at ${pathname}. It may have moved, or the address has a slip in it.`}
    >
      <p>
        <Link className="button" to="/">
          Back to the start
        </Link>
      </p>
      <div className="strip-art">
        <Art of="Page not found" />
      </div>
    </Page>
  )
}

function Footer({ tagline }: { tagline: string }) {
  const { name, pages } = useSite()
  return (
    <footer className="foot">
      <div className="inner">
        <div>
          <p className="name">{name}</p>
          <p>{tagline}</p>
        </div>
        <ul>
          {pages.map(({ label, path }) => (
            <li key={path}>
              <Link to={path}>{label}</Link>
            </li>
          ))}
        </ul>
      </div>
    </footer>
  )
}
