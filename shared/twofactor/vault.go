package twofactor

import "context"

// Vault keeps tenants' secrets: it makes tenant data keys and opens them. KMS
// is behind it in a deployed service, a key file on a developer's machine.
// Every error means "not now" (CodeUnavailable), never "no".
type Vault interface {
	// NewDataKey makes a data key for a tenant and returns it wrapped.
	NewDataKey(ctx context.Context, tenant string) (SecretBytes, error)
	// OpenDataKey unwraps a tenant's data key.
	OpenDataKey(ctx context.Context, tenant string, wrapped SecretBytes) (DataKey, error)
}

// DataKey seals with one tenant's data key. Generation, user and incarnation
// are bound to what is sealed: it opens nowhere else.
type DataKey interface {
	Seal(plain []byte, binding Binding) (SecretBytes, error)
	Open(sealed SecretBytes, binding Binding) ([]byte, error)
	// HashBackupCode is HMAC-SHA-256 under a key of its own derived from the
	// data key, cut to 16 bytes.
	HashBackupCode(code Secret, binding Binding) BackupHash
}

// Binding is what a sealed value belongs to.
type Binding struct {
	Ref
	Incarnation string
	Generation  uint64
}

// MailVault seals the codes and links that a mail carries, so that neither
// the table nor the stream holds them in the clear.
type MailVault interface {
	// SealMail seals text for the mail with this id.
	SealMail(ctx context.Context, mailID string, text Secret) (SecretBytes, error)
	// OpenMail opens what SealMail sealed.
	OpenMail(ctx context.Context, mailID string, sealed SecretBytes) (Secret, error)
}
