#!/usr/bin/env node
// CommonJS on purpose: the loader of ES modules starts the thread pool of libuv before the first line runs, after which
// its size is fixed. Every query that runs takes a thread of it, so with four, the default, files and DNS would wait.
process.env.UV_THREADPOOL_SIZE ??= '16';
// Bodies of scrapes are short-lived memory outside the heap, which V8 counts as growth: with its default of 10 % it would mark the
// whole heap every ten seconds. Scavenges free them anyway.
require('node:v8').setFlagsFromString('--heap-growing-percent=75');
void import('../dist/main.js').then(({ main }) => main(process.argv.slice(2)));
