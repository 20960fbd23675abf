package twofactor

import (
	"context"
	"time"
)

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

// TokenKind is a kind of person token. Each kind is sealed under a key of its
// own, so that one is never taken for another.
type TokenKind string

// The kinds of tokens. TokenCursor is not a person's: it seals the position
// of a list.
const (
	TokenLogin       TokenKind = "login"
	TokenSelfService TokenKind = "self_service"
	TokenLink        TokenKind = "link"
	TokenCursor      TokenKind = "cursor"
)

// Purpose narrows what a login token is for.
type Purpose string

// The purposes of a login token.
const (
	// PurposeLogin is an ordinary login.
	PurposeLogin Purpose = "login"
	// PurposeStepUp comes from the gate and always asks for a code.
	PurposeStepUp Purpose = "step_up"
	// PurposeGateEnroll comes from the gate and only enrols.
	PurposeGateEnroll Purpose = "gate_enroll"
)

// Token is what a person token says. It is sealed: clients see nothing of it.
type Token struct {
	Kind TokenKind
	// ID is random, one for each token made.
	ID          string
	Ref         Ref
	Incarnation string
	// Generation is the factor generation when it was made.
	Generation uint64
	// KeyID is the API key that asked for it, Audience that key's audience.
	KeyID    string
	Audience string
	// LoginID is what an assertion earned with it carries as jti.
	LoginID   string
	Purpose   Purpose
	First     FirstFactor
	IssuedAt  time.Time
	ExpiresAt time.Time
	// BackupCode is true when this very login gave a right backup code and
	// the policy turned that into a reset.
	BackupCode bool
	ReturnURL  string
	State      string
	// Body is the sealed position of a TokenCursor.
	Body string
}

// Tokens seals and opens tokens.
type Tokens interface {
	// SealToken seals t under the key of its kind.
	SealToken(ctx context.Context, t Token) (Secret, error)
	// OpenToken opens a token of one of the kinds. ErrBadToken means that it
	// is none of ours; it does not judge ExpiresAt. Any other error means
	// "not now".
	OpenToken(ctx context.Context, token Secret, kinds ...TokenKind) (Token, error)
}

// Assertion is the signed statement that lets a person in (contract §4.2).
type Assertion struct {
	Issuer     string
	Audience   string
	Ref        Ref
	LoginID    string
	IssuedAt   time.Time
	ExpiresAt  time.Time
	AuthTime   time.Time
	Inc        string
	Generation uint64
	AMR        []string
	ACR        string
}

// Signer signs assertions.
type Signer interface {
	// Ready gives a signature function whose key is at hand, so that nothing
	// can fail between a decision and its assertion. An error means "not now".
	Ready(ctx context.Context) (SignFunc, error)
}

// SignFunc signs one assertion.
type SignFunc func(Assertion) (Secret, error)

// AssertionReader checks assertions of this service.
type AssertionReader interface {
	// ReadAssertion checks form, algorithm, typ, key, signature and issuer.
	// ErrBadToken means that it is none of ours. It does not judge ages,
	// audience or tenant. Any other error means "not now".
	ReadAssertion(ctx context.Context, token Secret) (Assertion, error)
}
