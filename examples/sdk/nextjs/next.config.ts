import type { NextConfig } from 'next';

const config: NextConfig = {
  // One copy of the SDK for the whole process, loaded by Node.
  serverExternalPackages: ['@sightline/sdk'],
};

export default config;
