// The one Node program: builds one project after the other with the Vite of one dependency
// tree. It runs inside the sandbox and is never believed more than the project it just built:
// whatever a project's own code can do here ends with its worker, which the Python side kills.
//
// Jobs are JSON lines on fd 3, replies are JSON lines on fd 4 (stdin and stdout belong to the
// project's code). A reply repeats its job's nonce, so that nothing said before a job arrived
// can pass for its answer.
//
//   job    {nonce, files: {path: base64}, packages: [name], lazy, maxOutput}
//   reply  {nonce, site: {path: base64} | null, base, errors: [{code, message, path, line}],
//           modules: [path], tooLarge, memory: bytes}
//
// WEBGEN_DEPS is the tree's node_modules, WEBGEN_WORK an empty writable folder.
import fs from 'node:fs';
import net from 'node:net';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StringDecoder } from 'node:string_decoder';
import v8 from 'node:v8';
import vm from 'node:vm';

const DEPS = process.env.WEBGEN_DEPS;
const WORK = process.env.WEBGEN_WORK;
const MAX_ERRORS = 20;
const COLLECT_EVERY = 8; // jobs
delete process.env.WEBGEN_DEPS;
delete process.env.WEBGEN_WORK;
const ENV = { ...process.env };
// Held here so that a project's code cannot change how a reply is written.
const { parse, stringify } = JSON;
const { writeSync } = fs;

async function loadVite() {
  const folder = path.join(DEPS, 'vite');
  if (!fs.existsSync(folder)) return null;
  const require = createRequire(path.join(folder, 'package.json'));
  const entry = path.join(folder, 'dist/node/index.js');
  const vite = await import(pathToFileURL(fs.existsSync(entry) ? entry : require.resolve('vite')));
  return { vite, version: require('./package.json').version };
}

// Tailwind 3 keeps the last hundred style sheets' contexts, 5 MB each, by path; no path ever
// comes back here. Returns what empties its caches: two modules' state, reached as they load.
function tailwindCaches() {
  const require = createRequire(path.join(DEPS, 'tailwindcss', 'package.json'));
  const lrus = new Set();
  let state;
  try {
    state = require('tailwindcss/lib/lib/sharedState.js');
    const { prototype } = require('@alloc/quick-lru');
    const { set } = prototype;
    prototype.set = function (...entry) {
      lrus.add(this);
      return set.apply(this, entry);
    };
  } catch {
    return () => {}; // no Tailwind, or another one
  }
  return () => {
    for (const map of [...Object.values(state), ...lrus]) if (typeof map?.clear === 'function') map.clear();
    for (const file of Object.keys(require.cache)) {
      if (file.startsWith(`${WORK}/`)) delete require.cache[file];
    }
  };
}

// ── one job ─────────────────────────────────────────────────────────────────────────────

// A clean install of the project's package.json would hold these packages and no others;
// links show exactly them. Resolution follows links to the real tree, where the packages
// find what they themselves depend on.
function linkPackages(root, packages) {
  const modules = path.join(root, 'node_modules');
  fs.mkdirSync(modules);
  const scopes = new Set();
  for (const name of packages) {
    const scope = name.startsWith('@') ? name.slice(0, name.indexOf('/')) : null;
    if (scope && !scopes.has(scope)) {
      fs.mkdirSync(path.join(modules, scope));
      scopes.add(scope);
    }
    fs.symlinkSync(path.join(DEPS, name), path.join(modules, name));
  }
}

function writeProject(root, files) {
  const made = new Set([root]);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    const folder = path.dirname(file);
    if (!made.has(folder)) {
      fs.mkdirSync(folder, { recursive: true });
      made.add(folder);
    }
    fs.writeFileSync(file, Buffer.from(content, 'base64'));
  }
}

// Sees which configuration Vite settled on and which of the project's files were reached.
function observer(root, seen) {
  return {
    name: 'webgen-observer',
    configResolved(config) {
      seen.config = config;
    },
    transform: {
      order: 'pre',
      filter: { id: new RegExp(`^${root}/(?!node_modules/)`) },
      handler(code, id) {
        const file = id.split('?')[0];
        if (file.startsWith(`${root}/`)) seen.modules.add(path.relative(root, file));
        return null;
      },
    },
  };
}

async function runVite(vite, root, job, seen) {
  const inline = {
    logLevel: 'silent',
    plugins: [observer(root, seen)],
    // Gzipped sizes are only printed; they cost a tenth of the build.
    build: { reportCompressedSize: false },
  };
  if (job.lazy) inline.build.rolldownOptions = { experimental: { lazyBarrel: true } };
  // As `vite build` does, where this Vite has it.
  if (!vite.createBuilder) return void (await vite.build(inline));
  const builder = await vite.createBuilder(inline, null);
  await builder.buildApp();
}

function readSite(folder, maxOutput) {
  const site = {};
  let size = 0;
  const walk = (below) => {
    for (const entry of fs.readdirSync(path.join(folder, below), { withFileTypes: true })) {
      const name = below ? `${below}/${entry.name}` : entry.name;
      if (entry.isDirectory()) walk(name);
      if (!entry.isFile()) continue; // a link could name anything
      size += fs.statSync(path.join(folder, name)).size;
      if (size > maxOutput) return;
      site[name] = fs.readFileSync(path.join(folder, name)).toString('base64');
    }
  };
  if (fs.existsSync(folder)) walk('');
  return size > maxOutput ? null : site;
}

async function build(vite, root, job) {
  const seen = { config: null, modules: new Set() };
  const reply = { site: null, base: '/', errors: [], tooLarge: false };
  let loose = null;
  const onRejection = (error) => (loose ??= error);
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onRejection);
  try {
    writeProject(root, job.files);
    linkPackages(root, job.packages);
    process.chdir(root);
    await runVite(vite, root, job, seen);
    if (loose) throw loose; // `vite build` would have ended with status 1 too
    const outDir = path.resolve(seen.config.root, seen.config.build.outDir);
    reply.site = readSite(outDir, job.maxOutput);
    reply.tooLarge = reply.site === null;
    reply.base = seen.config.base;
  } catch (error) {
    reply.errors = describe(error, root, seen);
  } finally {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onRejection);
  }
  reply.modules = [...seen.modules];
  return reply;
}

// Leave nothing of a job behind that a later one could see.
function cleanUp() {
  process.chdir('/');
  forgetStyles();
  for (const entry of fs.readdirSync(WORK)) {
    fs.rmSync(path.join(WORK, entry), { recursive: true, force: true });
  }
  for (const key of Object.keys(process.env)) if (!(key in ENV)) delete process.env[key];
  Object.assign(process.env, ENV);
}

// ── errors, in words that do not depend on where we run ─────────────────────────────────

// Rolldown's and Rollup's names for what went wrong.
const CODES = {
  MISSING_EXPORT: 'missing-export',
  UNRESOLVED_IMPORT: 'unresolved-import',
  UNRESOLVED_ENTRY: 'unresolved-entry',
  PARSE_ERROR: 'syntax-error',
  UNLOADABLE_DEPENDENCY: 'unresolved-import',
};
const RESOLVE = /failed to resolve|could not resolve|could not load|cannot find module|ENOENT/i;
// Before what is said: "[plugin name] " and, of Rollup, "file (line:column): ".
const NOISE = /^(\[(plugin )?[\w:-]+\]:?\s*)?(\S+ \(\d+:\d+\): )?/;
const ANSI = /\x1b\[[0-9;]*m/g;

function describe(error, root, seen) {
  // Rolldown's list holds errors; esbuild's holds something else, and its error says it all.
  const listed = (Array.isArray(error?.errors) ? error.errors : []).filter((one) => one?.message);
  const errors = listed.length ? listed : [error];
  return errors.slice(0, MAX_ERRORS).map((one) => describeOne(one, root, seen));
}

function describeOne(error, root, seen) {
  const text = String(error?.message ?? error).replace(ANSI, '');
  // Errors of Rolldown's built-in parts carry their place only in what they say.
  const drawn = /╭─\[ (.+?):(\d+):\d+ \]/.exec(text);
  const told = /failed to resolve import ".*?" from "(.+?)"/i.exec(text);
  const file = error?.loc?.file ?? error?.file ?? error?.id ?? drawn?.[1] ?? told?.[1];
  const line = error?.loc?.line ?? error?.line ?? (drawn ? Number(drawn[2]) : null);
  let place = typeof file === 'string' ? path.relative(root, path.resolve(root, file.split('?')[0])) : null;
  const code = seen.config ? codeOf(error, text, place) : 'config-error';
  if (code === 'json-error') place ??= brokenJson(root, seen.modules);
  return { code, message: firstLine(text, root), path: place, line: line > 0 ? line : null };
}

function brokenJson(root, modules) {
  for (const module of modules) {
    if (!module.endsWith('.json')) continue;
    try {
      parse(fs.readFileSync(path.join(root, module), 'utf8'));
    } catch {
      return module;
    }
  }
  return null;
}

function codeOf(error, text, file) {
  const plugin = String(error?.plugin ?? /^\[(?:plugin )?([\w:-]+)\]/.exec(text)?.[1] ?? '');
  const named = CODES[error?.code] ?? CODES[error?.cause?.code];
  if (/\.json$/.test(file ?? '') && named !== 'unresolved-import') return 'json-error';
  if (named) return named;
  if (/vite[:-]json/.test(plugin)) return 'json-error';
  if (RESOLVE.test(text)) return 'unresolved-import';
  if (plugin.includes('vite:css') || /CssSyntaxError|\[postcss\]/.test(text)) return 'css-error';
  if (/vite-transform|vite:(esbuild|oxc|react)|vite:build-html|parse5/.test(plugin)) return 'syntax-error';
  return 'build-error';
}

function firstLine(text, root) {
  const lines = text
    .split('\n')
    .map((line) => line.replace(NOISE, '').trim())
    .filter((line) => line && !/^(Build failed with|plugin `[\w:-]+` threw|Caused by:)/.test(line));
  // "[plugin vite:css] /path/file.css:4:5" only says where; what is on the next line.
  const what = lines.length > 1 && /^\S+:\d+:\d+$/.test(lines[0]) ? lines[1] : (lines[0] ?? '');
  return what
    .replaceAll(`${root}/`, '')
    .replaceAll(`${DEPS}/`, 'node_modules/')
    .replace(/(\.\.\/)+[\w./-]*?node_modules\//g, 'node_modules/')
    .replace(/^\w*Error: (?=\[postcss\])/, '')
    .slice(0, 500);
}

// ── the loop ────────────────────────────────────────────────────────────────────────────

function send(reply) {
  const bytes = Buffer.from(`${stringify(reply)}\n`);
  for (let done = 0; done < bytes.length; ) done += writeSync(4, bytes, done);
}

async function* lines(stream) {
  const decoder = new StringDecoder('utf8');
  let parts = [];
  for await (const chunk of stream) {
    const pieces = decoder.write(chunk).split('\n');
    parts.push(pieces[0]);
    for (const piece of pieces.slice(1)) {
      yield parts.join('');
      parts = [piece];
    }
  }
}

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');
const loaded = await loadVite();
const forgetStyles = tailwindCaches();
send({ ready: true, vite: loaded?.version ?? null, node: process.versions.node });
let count = 0;
for await (const line of lines(new net.Socket({ fd: 3, readable: true, writable: false }))) {
  const job = parse(line);
  // A new path each time: caches inside tools are keyed by path.
  const root = path.join(WORK, `site-${String(++count).padStart(6, '0')}`);
  fs.mkdirSync(root);
  const reply = await build(loaded.vite, root, job);
  cleanUp();
  send({ ...reply, memory: process.memoryUsage.rss(), nonce: job.nonce });
  // V8 would rather grow to several times what is alive. Now nobody waits for us.
  if (count % COLLECT_EVERY === 0) collectGarbage();
}
