import { NavLink, Outlet } from 'react-router-dom'

export default function Layout() {
  return (
    <>
      <header className="bg-accent text-white">
        <nav aria-label="Main" className="mx-auto flex max-w-5xl flex-wrap gap-6 p-4">
          <span className="mr-auto font-semibold">Website</span>
          <NavLink to="/">Home</NavLink>
        </nav>
      </header>
      <main className="mx-auto min-h-screen max-w-5xl px-4 py-10">
        <Outlet />
      </main>
      <footer className="border-t p-6 text-center">Website</footer>
    </>
  )
}
