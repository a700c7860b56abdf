import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { createWatcher, type WatcherPorts } from '../../shared/runtime/watcher.ts';
import { decide } from './decide.ts';
import { manifest } from './manifest.ts';

/** Has the nodes judged that an event concerns. Every branch of judgement lives in `decide`. */
export function createFunction(ports: WatcherPorts): ServerlessFunction {
  return createWatcher({ manifest, kinds: ['Pod'], decide }, ports);
}
