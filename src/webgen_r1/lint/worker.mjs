// Lints one project after the other with the ESLint of the scaffold's tree. It runs inside the
// sandbox and executes nothing of a project: sources come as text, and the configuration is the
// scaffold's. Sources are hostile all the same, so the Python side holds it to time and memory.
//
// Jobs are JSON lines on fd 3, replies are JSON lines on fd 4.
//
//   job    {nonce, files: [[path, text]], keep}
//   reply  {nonce, errors, warnings, rules: {rule: count}, memory: bytes, crash,
//           found: [{rule, severity, message, path, line}]}: the first `keep` of each rule
//
// WEBGEN_DEPS is the tree's node_modules, WEBGEN_WORK an empty writable folder and
// WEBGEN_ESLINT the text of the configuration.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { WEBGEN_DEPS, WEBGEN_WORK, WEBGEN_ESLINT } = process.env;
const MAX_MESSAGE = 300;
const MAX_SEEN = 4096;
const MAX_SEEN_MESSAGES = 20;

async function loadESLint() {
  // Imports of the configuration are looked up beside it.
  fs.symlinkSync(WEBGEN_DEPS, path.join(WEBGEN_WORK, 'node_modules'));
  const file = path.join(WEBGEN_WORK, 'eslint.config.mjs');
  fs.writeFileSync(file, WEBGEN_ESLINT);
  const { ESLint } = createRequire(file)('eslint');
  const eslint = new ESLint({
    cwd: path.join(WEBGEN_WORK, 'site'),
    overrideConfigFile: true, // look for no other
    overrideConfig: (await import(pathToFileURL(file))).default,
    allowInlineConfig: false,
  });
  return { eslint, version: ESLint.version };
}

async function lint(eslint, { files, keep }) {
  const reply = { errors: 0, warnings: 0, rules: {}, found: [], crash: null };
  for (const [name, text] of files) {
    for (const message of await messages(eslint, name, text)) {
      const rule = message.fatal ? 'parse-error' : message.ruleId;
      if (!rule) continue; // about the configuration, not about the file
      const severity = message.severity === 2 ? 'error' : 'warning';
      reply[severity === 'error' ? 'errors' : 'warnings']++;
      reply.rules[rule] = (reply.rules[rule] ?? 0) + 1;
      if (reply.rules[rule] > keep) continue;
      const said = message.message.slice(0, MAX_MESSAGE);
      reply.found.push({ rule, severity, message: said, path: name, line: message.line ?? null });
    }
  }
  return reply;
}

// No rule looks beyond its file, so a file that was linted before has the same messages again:
// in slots mode most of a project is the scaffold's own.
const seen = new Map();

async function messages(eslint, filePath, text) {
  const key = createHash('sha256').update(`${filePath}\0${text}`).digest('base64');
  if (seen.has(key)) return seen.get(key);
  const found = await lintText(eslint, filePath, text);
  if (found.length <= MAX_SEEN_MESSAGES) {
    if (seen.size >= MAX_SEEN) seen.delete(seen.keys().next().value); // the oldest
    seen.set(key, found);
  }
  return found;
}

async function lintText(eslint, filePath, text) {
  try {
    const results = await eslint.lintText(text, { filePath, warnIgnored: false });
    return results.flatMap((result) => result.messages);
  } catch (error) {
    // The parser's own errors are messages. A rule may run out of stack where it did not, and
    // one that fails on a text is nobody's mistake but its own.
    if (!(error instanceof RangeError)) {
      const why = String(error?.message ?? error).split('\n')[0].slice(0, MAX_MESSAGE);
      return [{ severity: 1, message: `not linted, a rule failed: ${why}` }];
    }
    return [{ fatal: true, severity: 2, message: 'Parsing error: nested too deeply to be linted' }];
  }
}

function send(reply) {
  const bytes = Buffer.from(`${JSON.stringify(reply)}\n`);
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(4, bytes, done);
}

const { eslint, version } = await loadESLint();
send({ eslint: version });
const input = new net.Socket({ fd: 3, readable: true, writable: false });
for await (const line of readline.createInterface({ input, crlfDelay: Infinity })) {
  const job = JSON.parse(line);
  let reply;
  try {
    reply = await lint(eslint, job);
  } catch (error) {
    reply = { crash: String(error?.message ?? error).split('\n')[0].slice(0, MAX_MESSAGE) };
  }
  send({ ...reply, memory: process.memoryUsage.rss(), nonce: job.nonce });
}
