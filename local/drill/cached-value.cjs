'use strict';
// A secret's value through a cache with a time to live, as AWS's caching clients for Secrets Manager keep it: until it is
// over, the value that was read is given out, whatever became of it meanwhile.
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');

/** @returns what reads the value: from the cache, or, where that is too old, from Secrets Manager */
function cachedValue(secretId, keptMs) {
  const client = new SecretsManagerClient();
  let read;
  return async () => {
    if (read === undefined || Date.now() - read.at >= keptMs) {
      const at = Date.now();
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      read = { at, value: JSON.parse(SecretString) };
    }
    return read.value;
  };
}

module.exports = { cachedValue };
