package twofactor

import (
	"context"
	"time"
)

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
