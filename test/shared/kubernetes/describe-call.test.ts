import { expect, it } from 'vitest';
import { describeCall } from '../../../shared/kubernetes/describe-call.ts';

it.each([
  ['GET', '/api/v1/nodes', 'list', 'nodes'],
  ['GET', '/api/v1/nodes?limit=500', 'list', 'nodes'],
  ['GET', '/api/v1/nodes?watch=true&resourceVersion=7', 'watch', 'nodes'],
  ['GET', '/api/v1/nodes/n1', 'get', 'nodes'],
  ['GET', '/api/v1/namespaces', 'list', 'namespaces'],
  ['GET', '/api/v1/namespaces/a', 'get', 'namespaces'],
  ['GET', '/apis/apps/v1/namespaces/a/daemonsets/d', 'get', 'daemonsets'],
  ['POST', '/apis/x.dev/v1/namespaces/a/things', 'create', 'things'],
  ['PUT', '/apis/x.dev/v1/namespaces/a/things/t/status', 'update', 'things/status'],
  ['PATCH', '/api/v1/nodes/n1', 'patch', 'nodes'],
  ['DELETE', '/api/v1/namespaces/a/pods/p', 'delete', 'pods'],
])('%s %s is %s %s', (method, path, verb, resource) => {
  expect(describeCall(method, path)).toEqual({ verb, resource });
});
