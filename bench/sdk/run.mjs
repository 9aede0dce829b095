/**
 * Runs the cases of the SDK bench one after the other, each in a process of its own, on this Node and on others. A case that fails
 * is remembered with its reason and the next one runs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT, chosenCases } from './cases.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** How much longer than expected a case may take before it is given up: the machine may be slow and busy. */
const PATIENCE = 10;
const LEAST_PATIENCE_SECONDS = 300;

/**
 * @param options.nodes Paths of further Node binaries. @param options.rounds Of micro cases. @param options.only Filter of cases.
 * @param options.requests Concurrent requests per framework of the context check.
 * @returns One entry per Node: version, lines (what the cases printed, by name), failures (why not, by name of the case).
 */
export async function measureSdk({ nodes, rounds, only, requests }) {
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--sdk-rounds must be a whole number from 1');
  if (!Number.isInteger(requests) || requests < 1) throw new Error('--sdk-requests must be a whole number from 1');
  const chosen = chosenCases(only);
  const runtimes = [process.execPath, ...nodes].map((path) => ({ path, version: versionOf(path) }));
  const expected = chosen.map((each) => each.seconds(rounds, requests));
  const total = expected.reduce((sum, seconds) => sum + seconds, 0) * runtimes.length;
  const started = performance.now();
  const spent = () => clock((performance.now() - started) / 1000);
  const results = [];
  let count = 0;
  for (const { path, version } of runtimes) {
    const result = { version, lines: new Map(), failures: new Map() };
    for (const [index, each] of chosen.entries()) {
      count++;
      process.stderr.write(
        `sdk bench: ${count}/${chosen.length * runtimes.length} Node ${version}, ${each.file} (${each.ids.join(', ')}), about ${clock(expected[index])}; ${spent()} of about ${clock(total)} so far\n`,
      );
      await runCase(
        each,
        { path, rounds, requests, limit: Math.max(LEAST_PATIENCE_SECONDS, PATIENCE * expected[index]) },
        result,
      );
      const failure = result.failures.get(each.file);
      if (failure !== undefined) process.stderr.write(`sdk bench: ${each.file} failed: ${failure}\n`);
    }
    results.push(result);
  }
  process.stderr.write(`sdk bench: done in ${spent()}\n`);
  return results;
}

function versionOf(path) {
  const { error, status, stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  if (error !== undefined || status !== 0) {
    throw new Error(
      `--sdk-node ${path} is no Node binary that runs here${error === undefined ? '' : `: ${error.message}`}`,
    );
  }
  return stdout.trim();
}

async function runCase({ file, args }, { path, rounds, requests, limit }, { lines, failures }) {
  const script = fileURLToPath(new URL(`./cases/${file}.mjs`, import.meta.url));
  const env = { ...ENVIRONMENT, ...process.env, BENCH_ROUNDS: String(rounds) };
  const { code, stdout, stderr, isLate } = await output(
    path,
    [script, ...(args?.({ rounds, requests }) ?? [])],
    env,
    limit,
  );
  let found = 0;
  for (const line of parsed(stdout)) {
    lines.set(file, line);
    if (line.case !== undefined) lines.set(line.case, line);
    found++;
  }
  if (isLate) failures.set(file, `given up after ${clock(limit)}`);
  else if (code !== 0 || found === 0) failures.set(file, reason(stderr, code));
}

/** Runs a program in a process group of its own, so that what it started ends with it. */
function output(path, args, env, limit) {
  return new Promise((resolve) => {
    const child = spawn(path, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const texts = { stdout: '', stderr: '' };
    let isLate = false;
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    };
    const interrupted = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, limit * 1000);
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        texts[name] += text;
      });
    }
    const done = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      resolve({ code, ...texts, isLate });
    };
    child.on('error', (error) => {
      texts.stderr += `\n${error}`;
      done(1);
    });
    child.on('close', done);
  });
}

/** The JSON of an output: all of it, or each of its lines that is an object. */
function parsed(text) {
  const whole = json(text);
  return whole === undefined
    ? text
        .split('\n')
        .map(json)
        .filter((line) => line !== undefined)
    : [whole];
}

function json(text) {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first line of the error that a case ended with: the innermost one, because a case repeats what its children say. */
function reason(stderr, code) {
  const errors = stderr.match(/^\w*Error\b.*$/gm);
  const line = errors?.at(-1) ?? stderr.trim().split('\n')[0];
  return (line === '' ? `ended with ${code ?? 'a signal'} and printed nothing` : line)
    .replaceAll(root, '')
    .slice(0, 200);
}

/** @returns `45 s` or `2 min 10 s`. */
function clock(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
