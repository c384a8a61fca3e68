// The floor of the build stage: Vite's own build() in a warm process, nothing around it.
// usage: node bare_build.mjs TREE ROOT…   prints seconds per build, one line each.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [tree, ...roots] = process.argv.slice(2);
const entry = pathToFileURL(join(tree, 'node_modules/vite/dist/node/index.js'));
const { build } = await import(entry);
for (const root of roots) {
  process.chdir(root);
  const started = performance.now();
  await build({ root, logLevel: 'silent', build: { reportCompressedSize: false } });
  console.log((performance.now() - started) / 1000);
}
