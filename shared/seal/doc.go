// Package seal keeps Sallyport's keys: it opens and seals what the table
// holds, makes person tokens, and signs and reads assertions.
//
// The keys form a tree. Whatever is sealed names the key above it by id, so
// keys can be rotated by adding one.
//
//	KMS key "secrets" (or a key file on a developer's machine)
//	└── root keys of purpose "tenant", in the table, wrapped by KMS
//	    └── one data key per tenant, in the tenant's record
//	        ├── TOTP secrets, bound to user, incarnation and generation
//	        └── the keyed hash of backup codes
//	KMS key "tokens"
//	├── root keys of purpose "token": one derived key per kind of token
//	├── root keys of purpose "signing": wrap the ES256 keys of assertions
//	└── root keys of purpose "mail": the codes and links in mails
//
// KMS sees only root keys, and each instance of a function asks for one at
// most every few minutes: its calls grow with instances, not with tenants or
// logins. Root keys are held for five minutes at most. While KMS is away, what
// is held goes on working until then, and a report says so.
//
// Derivation is HKDF-SHA-256 and sealing AES-256-GCM, both from the standard
// library; tokens are JWE and assertions JWS from go-jose.
package seal
