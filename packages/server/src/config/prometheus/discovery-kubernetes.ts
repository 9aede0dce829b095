/** kubernetes_sd_configs: roles, and which selectors fit which role. Source: Prometheus discovery/kubernetes. */
import { ObjectReader } from '../../lib/yaml-object.ts';
import { atMostOne, requireKey } from './decode-kit.ts';
import { hasHttpClientKeys } from './http-client.ts';

const SELECTOR_ROLES: Readonly<Record<string, readonly string[]>> = {
  pod: ['pod'],
  service: ['service'],
  endpointslice: ['pod', 'service', 'endpointslice'],
  endpoints: ['pod', 'service', 'endpoints'],
  node: ['node'],
  ingress: ['ingress'],
};

export function checkKubernetes(reader: ObjectReader): void {
  const hasRole = requireKey(reader, 'role', 'one of pod, service, endpoints, endpointslice, node, ingress');
  const role = reader.string('role');
  const allowed = SELECTOR_ROLES[role];
  if (hasRole && allowed === undefined) {
    reader.at('role')?.error({
      code: 'discovery/choice',
      message: `\`${role}\` is not a known \`role\``,
      hint: 'use one of: pod, service, endpoints, endpointslice, node, ingress',
    });
  }
  checkAccess(reader);
  checkNamespaces(reader);
  checkSelectors(reader, role, allowed ?? []);
  const attach = reader.object('attach_metadata');
  attach?.boolean('node');
  attach?.boolean('namespace');
  attach?.finish();
}

function checkAccess(reader: ObjectReader): void {
  atMostOne(reader, ['api_server', 'kubeconfig_file']);
  const hasServer = reader.string('api_server') !== '';
  const hasKubeconfig = reader.string('kubeconfig_file') !== '';
  if (hasServer || !hasHttpClientKeys(reader)) return;
  reader.cursor.error({
    code: 'discovery/kubernetes-access',
    message: hasKubeconfig
      ? 'authentication and TLS keys cannot be given together with `kubeconfig_file`'
      : 'authentication and TLS keys need `api_server`',
    hint: hasKubeconfig
      ? 'keep them in the kubeconfig file'
      : 'add the URL of the API server as `api_server`, or remove these keys',
  });
}

function checkNamespaces(reader: ObjectReader): void {
  const namespaces = reader.object('namespaces', 'a mapping with `names`');
  if (namespaces === undefined) return;
  namespaces.strings('names');
  const isOwn = namespaces.boolean('own_namespace');
  namespaces.finish();
  const access = ['api_server', 'kubeconfig_file'].find((key) => reader.string(key) !== '');
  if (isOwn && access !== undefined) {
    namespaces.at('own_namespace')?.error({
      code: 'config/exclusive-keys',
      message: `\`own_namespace\` and \`${access}\` cannot be given together`,
      hint: 'name the namespaces under `names`',
    });
  }
}

function checkSelectors(parent: ObjectReader, role: string, allowed: readonly string[]): void {
  const seen = new Set<string>();
  for (const item of parent.list('selectors', 'a list of selectors')) {
    const reader = ObjectReader.open(item);
    if (reader === undefined) continue;
    const selector = reader.string('role');
    reader.string('label');
    reader.string('field');
    reader.finish();
    const place = reader.at('role') ?? item;
    if (seen.has(selector))
      place.error({
        code: 'discovery/selector',
        message: `there are two selectors for the role \`${selector}\``,
        hint: 'join them with a comma',
      });
    else if (!allowed.includes(selector) && allowed.length > 0) {
      place.error({
        code: 'discovery/selector',
        message: `a selector for \`${selector}\` cannot be used with the role \`${role}\``,
        hint: `use one of: ${allowed.join(', ')}`,
      });
    }
    seen.add(selector);
  }
}
