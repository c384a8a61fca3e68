export default function Home() {
  return (
    <section>
      <h1 className="text-3xl font-bold">Welcome</h1>
      <p className="mt-4">This page is ready to be filled.</p>
    </section>
  )
}
