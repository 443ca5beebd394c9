// Has @sigstore/verify check an envelope that gate has signed with an ed25519 key.
//
// usage: node check.mjs ENVELOPE PUBLIC-KEY.pem     exits with 0 when it is good, and prints the payload; else with 1 and the reason
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// The packages are installed in the test's own folder, where it runs.
const require = createRequire(join(process.cwd(), 'here.js'));
const { bundleFromJSON } = require('@sigstore/bundle');
const { toSignedEntity, Verifier } = require('@sigstore/verify');

const [envelopeFile, keyFile] = process.argv.slice(2);
const envelope = JSON.parse(readFileSync(envelopeFile, 'utf8'));
const publicKey = createPublicKey(readFileSync(keyFile));
try {
  const bundle = bundleFromJSON({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: envelope.signatures[0].keyid }, tlogEntries: [] },
    dsseEnvelope: envelope,
  });
  const trust = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey, validFor: () => true }),
  };
  new Verifier(trust, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
  process.stdout.write(Buffer.from(envelope.payload, 'base64'));
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
