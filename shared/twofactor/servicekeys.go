package twofactor

import "time"

// RootPurpose names what a root key protects. KMS gets it as encryption
// context, so that IAM can grant one purpose and not another.
type RootPurpose string

// The purposes of root keys.
const (
	// RootTenant wraps tenants' data keys.
	RootTenant RootPurpose = "tenant"
	// RootToken seals person tokens and cursors.
	RootToken RootPurpose = "token"
	// RootSigning wraps the keys that sign assertions.
	RootSigning RootPurpose = "signing"
	// RootMail seals the codes and links in mails.
	RootMail RootPurpose = "mail"
)

// RootKeys holds the root keys of one purpose, newest last, each wrapped by
// KMS. The newest one wraps; all of them unwrap.
type RootKeys struct {
	Meta
	Purpose RootPurpose
	Keys    []RootKey
}

// RootKey is one root key.
type RootKey struct {
	ID        string
	Wrapped   SecretBytes
	CreatedAt time.Time
}

// Key implements Record.
func (r *RootKeys) Key() Key { return RootKeysKey(r.Purpose) }

// RootKeysKey names the root keys of one purpose.
func RootKeysKey(p RootPurpose) Key { return Key{Kind: KindRootKeys, ID: string(p)} }

// SigningKeys holds the keys that sign assertions.
type SigningKeys struct {
	Meta
	Keys []SigningKey
}

// SigningKey is one ES256 key: next (published, not used yet), current, or
// retired (published for 720 h).
type SigningKey struct {
	ID string
	// Public is the public key as a JWK (RFC 7517).
	Public []byte
	// Private is the private key, wrapped under a root key.
	Private   SecretBytes
	CreatedAt time.Time
	// ActiveFrom is when it starts to sign; RetiredAt when it stopped, zero
	// while it has not.
	ActiveFrom time.Time
	RetiredAt  time.Time
}

// Key implements Record.
func (s *SigningKeys) Key() Key { return SigningKeysKey() }

// SigningKeysKey names the signing keys.
func SigningKeysKey() Key { return Key{Kind: KindSigningKeys} }
