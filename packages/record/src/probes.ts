import { fromHex } from './hex.ts'

/** Signatures over "stoa" that tell the readings of RFC 8032 apart (tests/probes.test.ts says how they are made). */
export const PROBES = [
  {
    what: 'an ordinary signature',
    owner: 'b862409fb5c4c4123df2abf7462b88f041ad36dd6864ce872fd5472be363c5b1',
    signature:
      '1337036ac32d8f30d4589c3c1c595812ce0fff40e37c6f5a97ab213f318290ad372201e1cbba92d91ffd88c5ae98e9cf7a22157276e489bab08534a40269920d',
    valid: true,
  },
  {
    what: 'R of mixed order: valid by the cofactored equation alone',
    owner: 'b862409fb5c4c4123df2abf7462b88f041ad36dd6864ce872fd5472be363c5b1',
    signature:
      'c891dd2fc0ca87a7460193895e046a914c11b66fdffa8e6b7c3ba83138499c708d61bbe951d37fee115885c5c9facad6225e7c0ab0703a3b69a2bdc65bc5210f',
    valid: false,
  },
  {
    what: 'a key of mixed order, with the challenge reduced',
    owner: 'e9b2fe981587efae6478f48ba1fa60cec6126d0e26dde72a0a24f640dcd783e5',
    signature:
      '2c019257d79a5e2665b550caabda776eb9f4a7a49ea68426010ced397fa6c58e62bd0efbc727902c58ab6940c938046380ba056d66e0f2e0d385ed9c2c87ab02',
    valid: true,
  },
  {
    what: 'a key of mixed order, with the challenge not reduced',
    owner: 'e9b2fe981587efae6478f48ba1fa60cec6126d0e26dde72a0a24f640dcd783e5',
    signature:
      '1337036ac32d8f30d4589c3c1c595812ce0fff40e37c6f5a97ab213f318290ad12a2992075924339399a542ad7037e642c53eecc1dfadf29b54c88dcc2d9500c',
    valid: false,
  },
].map(probe => ({
  ...probe,
  owner: fromHex(probe.owner),
  signature: fromHex(probe.signature),
  message: new TextEncoder().encode('stoa'),
}))
