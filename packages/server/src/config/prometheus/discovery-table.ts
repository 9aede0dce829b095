/** One row for each discovery: its keys with their types, the required ones, and lists of allowed values. */
export type FieldType =
  | 'text'
  | 'secret'
  | 'boolean'
  | 'duration'
  | 'integer'
  | 'texts'
  | 'map'
  | 'url'
  | 'host-url'
  | 'filters'
  | 'any';

export interface DiscoverySpec {
  readonly fields: Readonly<Record<string, FieldType>>;
  /** The keys of HTTPClientConfig stand among the fields, or only `tls_config`. */
  readonly client?: 'http' | 'tls';
  readonly required?: readonly string[];
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  readonly exclusive?: readonly (readonly string[])[];
}

/** `name name: type` pairs in short form: words up to `type:` share that type. */
function fields(groups: Partial<Record<FieldType, string>>): Readonly<Record<string, FieldType>> {
  const out: Record<string, FieldType> = { refresh_interval: 'duration' };
  for (const [type, names] of Object.entries(groups)) {
    for (const name of names.split(' ')) out[name] = type as FieldType;
  }
  return out;
}

const AWS_TEXT = 'endpoint region access_key profile role_arn';
const AWS_LIST = fields({
  text: AWS_TEXT,
  secret: 'secret_key',
  integer: 'port request_concurrency',
  texts: 'clusters',
});

export const KNOWN_DISCOVERY: Readonly<Record<string, DiscoverySpec>> = {
  aws: {
    fields: fields({
      text: `${AWS_TEXT} role external_id`,
      secret: 'secret_key',
      integer: 'port request_concurrency',
      texts: 'clusters',
      filters: 'filters',
    }),
    client: 'http',
    required: ['role', 'region'],
    choices: { role: ['ec2', 'ecs', 'elasticache', 'lightsail', 'mq', 'msk', 'rds'] },
  },
  azure: {
    fields: fields({
      text: 'environment subscription_id tenant_id client_id resource_group authentication_method',
      secret: 'client_secret',
      integer: 'port',
    }),
    client: 'http',
    required: ['subscription_id'],
    choices: { authentication_method: ['OAuth', 'ManagedIdentity', 'SDK', 'WorkloadIdentity'] },
  },
  consul: {
    fields: fields({
      text: 'server path_prefix datacenter namespace partition tag_separator scheme username filter health_filter',
      secret: 'token password',
      boolean: 'allow_stale',
      texts: 'services tags',
      map: 'node_meta',
    }),
    client: 'http',
  },
  digitalocean: { fields: fields({ integer: 'port' }), client: 'http' },
  docker: {
    fields: fields({
      url: 'host',
      text: 'host_networking_host',
      boolean: 'match_first_network',
      integer: 'port',
      filters: 'filters',
    }),
    client: 'http',
    required: ['host'],
  },
  dockerswarm: {
    fields: fields({ url: 'host', text: 'role', integer: 'port', filters: 'filters' }),
    client: 'http',
    required: ['host', 'role'],
    choices: { role: ['services', 'nodes', 'tasks'] },
  },
  ec2: {
    fields: fields({ text: `${AWS_TEXT} external_id`, secret: 'secret_key', integer: 'port', filters: 'filters' }),
    client: 'http',
    required: ['region'],
  },
  ecs: { fields: AWS_LIST, client: 'http', required: ['region'] },
  elasticache: { fields: AWS_LIST, client: 'http', required: ['region'] },
  eureka: { fields: fields({ 'host-url': 'server' }), client: 'http', required: ['server'] },
  gce: {
    fields: fields({ text: 'project zone filter tag_separator', integer: 'port' }),
    required: ['project', 'zone'],
  },
  hetzner: {
    fields: fields({ text: 'role label_selector', integer: 'port' }),
    client: 'http',
    required: ['role'],
    choices: { role: ['robot', 'hcloud'] },
  },
  ionos: { fields: fields({ text: 'datacenter_id', integer: 'port' }), client: 'http', required: ['datacenter_id'] },
  kubernetes: {
    fields: {
      api_server: 'url',
      role: 'text',
      kubeconfig_file: 'text',
      namespaces: 'any',
      selectors: 'any',
      attach_metadata: 'any',
    },
    client: 'http',
  },
  kuma: {
    fields: fields({ 'host-url': 'server', text: 'client_id', duration: 'fetch_timeout' }),
    client: 'http',
    required: ['server'],
  },
  lightsail: {
    fields: fields({ text: `${AWS_TEXT} external_id`, secret: 'secret_key', integer: 'port' }),
    client: 'http',
    required: ['region'],
  },
  linode: { fields: fields({ text: 'region tag_separator', integer: 'port' }), client: 'http' },
  marathon: {
    fields: fields({ texts: 'servers', secret: 'auth_token', text: 'auth_token_file' }),
    client: 'http',
    required: ['servers'],
  },
  mq: { fields: AWS_LIST, client: 'http', required: ['region'] },
  msk: { fields: AWS_LIST, client: 'http', required: ['region'] },
  nerve: { fields: { servers: 'texts', paths: 'texts', timeout: 'duration' }, required: ['servers', 'paths'] },
  nomad: {
    fields: fields({ boolean: 'allow_stale', text: 'namespace region server tag_separator' }),
    client: 'http',
  },
  openstack: {
    fields: fields({
      text: `identity_endpoint username userid project_name project_id domain_name domain_id application_credential_name
application_credential_id role region availability`.replace('\n', ' '),
      secret: 'password application_credential_secret',
      integer: 'port',
      boolean: 'all_tenants',
    }),
    client: 'tls',
    required: ['role', 'region'],
    choices: { role: ['instance', 'hypervisor', 'loadbalancer'], availability: ['public', 'internal', 'admin'] },
  },
  outscale: {
    fields: fields({ text: 'region access_key endpoint', secret: 'secret_key', integer: 'port' }),
    client: 'http',
    required: ['access_key', 'secret_key'],
  },
  ovhcloud: {
    fields: fields({ text: 'endpoint application_key service', secret: 'application_secret consumer_key' }),
    required: ['application_key', 'application_secret', 'consumer_key', 'service'],
    choices: { service: ['vps', 'dedicated_server'] },
  },
  puppetdb: {
    fields: fields({ url: 'url', text: 'query', boolean: 'include_parameters', integer: 'port' }),
    client: 'http',
    required: ['url', 'query'],
  },
  rds: { fields: AWS_LIST, client: 'http', required: ['region'] },
  scaleway: {
    fields: fields({
      text: 'project_id api_url zone access_key secret_key_file name_filter role',
      secret: 'secret_key',
      texts: 'tags_filter',
      integer: 'port',
    }),
    client: 'http',
    required: ['project_id', 'role', 'access_key'],
    choices: { role: ['instance', 'baremetal'] },
    exclusive: [['secret_key', 'secret_key_file']],
  },
  serverset: { fields: { servers: 'texts', paths: 'texts', timeout: 'duration' }, required: ['servers', 'paths'] },
  stackit: {
    fields: fields({
      text: 'region project service_account_key_path private_key_path credentials_file_path',
      secret: 'service_account_key private_key',
      url: 'endpoint',
      integer: 'port',
    }),
    client: 'http',
  },
  triton: {
    fields: fields({ text: 'account role dns_suffix endpoint', texts: 'groups', integer: 'port version' }),
    client: 'tls',
    required: ['account', 'dns_suffix', 'endpoint'],
    choices: { role: ['container', 'cn'] },
  },
  uyuni: {
    fields: fields({ url: 'server', text: 'username entitlement separator', secret: 'password' }),
    client: 'http',
    required: ['server', 'username', 'password'],
  },
  vultr: { fields: fields({ integer: 'port' }), client: 'http' },
};
