"""Routes as the source declares them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.render.routes import Declared, declared_routes
from webgen_r1.types import Project


def routes(source: str, path: str = "src/App.tsx") -> tuple[str, ...]:
    return declared_routes(Project({path: source.encode()})).patterns


def test_flat_jsx_routes_in_source_order() -> None:
    source = """
    export default function App() {
      return <BrowserRouter><Routes>
        <Route path="/" element={<Home />} />
        <Route path="/shop" element={<Shop />}></Route>
        <Route path={'/about'} element={<About />} />
        <Route path={`/team`} element={<Team />} />
        <Route path="*" element={<NotFound />} />
      </Routes></BrowserRouter>
    }"""
    assert routes(source) == ("/", "/shop", "/about", "/team")


def test_nested_routes_join_their_parents() -> None:
    source = """<Routes>
      <Route path="/" element={<Layout />}>
        <Route index element={<Home />} />
        <Route path="docs" element={<Docs />}>
          <Route path="intro" element={<Intro />} />
          <Route path=":page" element={<Doc />} />
        </Route>
        <Route element={<Guard />}><Route path="admin" element={<Admin />} /></Route>
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>"""
    assert routes(source) == ("/", "/docs", "/docs/intro", "/docs/:page", "/admin")


def test_a_layout_with_an_index_counts_once() -> None:
    source = """<Route path="/app" element={<L />}>
      <Route index element={<A />} /><Route path="b" element={<B />} /></Route>"""
    assert routes(source) == ("/app", "/app/b")


@pytest.mark.parametrize("call", ["createBrowserRouter", "createHashRouter", "useRoutes"])
def test_object_routes(call: str) -> None:
    source = f"""const router = {call}([
      {{ path: '/', element: <Layout />, children: [
          {{ index: true, element: <Home /> }},
          {{ path: 'about', element: <About /> }},
          {{ path: 'blog/:slug', lazy: () => import('./Blog') }},
          {{ path: '*', element: <NotFound /> }},
      ] }},
      {{ path: '/login', Component: Login }},
    ]);"""
    assert routes(source) == ("/", "/about", "/blog/:slug", "/login")


def test_a_route_table_in_a_variable() -> None:
    source = "const routes: RouteObject[] = [{ path: '/a' }]; export default useRoutes(routes)"
    assert routes(source) == ("/a",)
    source = "// createBrowserRouter\nconst table = [{ path: '/b', element: <B /> }]"
    assert routes(source) == ("/b",)


def test_objects_that_are_no_routes_are_left_alone() -> None:
    source = "import {useRoutes} from 'x'; const nav = [{ path: '/x', label: 'X' }]"
    assert routes(source) == ()


def test_computed_paths_are_left_out() -> None:
    assert routes("<Routes><Route path={PATHS.home} /><Route path='/b' /></Routes>") == ("/b",)


def test_a_route_in_a_comment_or_string_is_none() -> None:
    assert routes("// <Route path='/a' />\nconst s = '<Route path=\"/b\" />'") == ()


def test_several_files_entry_first() -> None:
    project = Project(
        {
            "src/a.tsx": b"<Route path='/late' />",
            "src/App.tsx": b"<Route path='/early' />",
            "src/style.css": b"<Route path='/never' />",
        }
    )
    assert declared_routes(project).patterns == ("/early", "/late")


@pytest.mark.parametrize(
    ("source", "hashed"),
    [("<HashRouter>", True), ("createHashRouter([])", True), ("<BrowserRouter>", False)],
)
def test_the_kind_of_router(source: str, hashed: bool) -> None:
    assert declared_routes(Project({"src/main.tsx": source.encode()})).hashed is hashed


@pytest.mark.parametrize(
    ("route", "pattern"),
    [
        ("/", "/"),
        ("/p/new", "/p/new"),
        ("/p/7", "/p/:id"),
        ("/P/7", "/p/:id"),
        ("/p", None),
        ("/p/7/x", None),
        ("/o", "/o/:tab?"),
        ("/o/x", "/o/:tab?"),
    ],
)
def test_matching(route: str, pattern: str | None) -> None:
    declared = Declared(("/", "/p/:id", "/p/new", "/o/:tab?"))
    assert declared.match(route) == pattern
    assert declared.static == ("/", "/p/new")


def test_very_deep_source_is_read() -> None:
    deep = "<div>" * 3000 + "<Route path='/a' />" + "</div>" * 3000
    assert routes(deep) in ((), ("/a",))


@given(st.binary(max_size=400))
def test_any_bytes_have_some_routes(source: bytes) -> None:
    project = Project({"src/App.tsx": b"<Route path='/a' />" + source})
    for pattern in declared_routes(project).patterns:
        assert pattern.startswith("/")
