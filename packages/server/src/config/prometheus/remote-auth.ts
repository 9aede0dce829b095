/** Cloud credentials of remote write and Alertmanagers: known keys and what has to stand together. */
import type { ObjectReader } from '../../lib/yaml-object.ts';
import { givenKeys, requireKey } from './decode-kit.ts';

export function readSigv4(parent: ObjectReader): void {
  const reader = parent.object('sigv4');
  if (reader === undefined) return;
  for (const key of ['region', 'access_key', 'profile', 'role_arn', 'external_id', 'service_name']) reader.string(key);
  reader.at('secret_key')?.secret();
  reader.boolean('use_fips_sts_endpoint');
  reader.finish();
  const given = givenKeys(reader, ['access_key', 'secret_key']);
  if (given.length === 1)
    requireKey(
      reader,
      given[0] === 'access_key' ? 'secret_key' : 'access_key',
      '`access_key` and `secret_key` go together',
    );
}

export function readAzureAd(parent: ObjectReader): void {
  const reader = parent.object('azuread');
  if (reader === undefined) return;
  const managed = reader.object('managed_identity');
  managed?.string('client_id');
  managed?.finish();
  const oauth = reader.object('oauth');
  if (oauth !== undefined) {
    oauth.at('client_secret')?.secret();
    for (const key of ['client_id', 'client_secret', 'tenant_id']) requireKey(oauth, key);
    oauth.finish();
  }
  const sdk = reader.object('sdk');
  sdk?.string('tenant_id');
  sdk?.finish();
  const workload = reader.object('workload_identity');
  if (workload !== undefined) {
    workload.string('token_file_path');
    for (const key of ['client_id', 'tenant_id']) requireKey(workload, key);
    workload.finish();
  }
  reader.string('scope');
  const cloud = reader.string('cloud');
  if (cloud !== '' && !['AzureChina', 'AzureGovernment', 'AzurePublic'].includes(cloud)) {
    reader.at('cloud')?.error({
      code: 'config/choice',
      message: `there is no Azure cloud \`${cloud}\``,
      hint: 'use AzurePublic, AzureChina or AzureGovernment',
    });
  }
  const methods = givenKeys(reader, ['managed_identity', 'oauth', 'sdk', 'workload_identity']);
  if (methods.length !== 1) {
    reader.cursor.error({
      code: 'config/exclusive-keys',
      message:
        methods.length === 0
          ? '`azuread` names no way to log in'
          : `\`azuread\` names several ways to log in: ${methods.join(', ')}`,
      hint: 'give exactly one of managed_identity, oauth, sdk, workload_identity',
    });
  }
  reader.finish();
}

export function readGoogleIam(parent: ObjectReader): void {
  const reader = parent.object('google_iam');
  reader?.string('credentials_file');
  reader?.finish();
}
