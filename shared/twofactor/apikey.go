package twofactor

import "time"

// Scope is what an API key may be used for.
type Scope string

// The scopes.
const (
	ScopeLogin Scope = "login"
	ScopeUsers Scope = "users"
	ScopeAdmin Scope = "admin"
	ScopeKeys  Scope = "keys"
)

// APIKey is a platform's credential. The key itself is
// "sallyport_sk_<id>_<secret>"; only a hash of the secret is kept.
type APIKey struct {
	Meta
	ID       string
	Hash     SecretBytes
	Name     string
	Audience string
	Scopes   []Scope
	// Tenants are the tenants it may act for, and their clients; ["*"] is all.
	Tenants   []string
	CreatedAt time.Time
	// RevokedAt is set once; a revoked key stays listed for the trail.
	RevokedAt time.Time
}

// Key implements Record.
func (k *APIKey) Key() Key { return APIKeyKey(k.ID) }

// APIKeyKey names an API key's record.
func APIKeyKey(id string) Key { return Key{Kind: KindAPIKey, ID: id} }
