package seal

import (
	"time"

	"sallyport/shared/twofactor"
)

// tokenClaims is a token's content. Names are short because the token travels
// in a header with every call. A member that is added must be one that older
// code can do without: both versions run side by side for a while.
type tokenClaims struct {
	ID          string   `json:"i,omitempty"`
	Tenant      string   `json:"t,omitempty"`
	User        string   `json:"u,omitempty"`
	Incarnation string   `json:"n,omitempty"`
	Generation  uint64   `json:"g,omitempty"`
	KeyID       string   `json:"k,omitempty"`
	Audience    string   `json:"a,omitempty"`
	LoginID     string   `json:"l,omitempty"`
	Purpose     string   `json:"p,omitempty"`
	Method      string   `json:"m,omitempty"`
	IDP         string   `json:"d,omitempty"`
	AMR         []string `json:"r,omitempty"`
	IssuedAt    int64    `json:"s,omitempty"`
	ExpiresAt   int64    `json:"e,omitempty"`
	BackupCode  bool     `json:"b,omitempty"`
	ReturnURL   string   `json:"w,omitempty"`
	State       string   `json:"x,omitempty"`
	Body        string   `json:"y,omitempty"`
}

// claimsOf leaves out the kind: the key and the header say it.
func claimsOf(t twofactor.Token) tokenClaims {
	return tokenClaims{
		ID: t.ID, Tenant: t.Ref.Tenant, User: t.Ref.User, Incarnation: t.Incarnation,
		Generation: t.Generation, KeyID: t.KeyID, Audience: t.Audience,
		LoginID: t.LoginID, Purpose: string(t.Purpose),
		Method: string(t.First.Method), IDP: t.First.IDP, AMR: t.First.AMR,
		IssuedAt: nanos(t.IssuedAt), ExpiresAt: nanos(t.ExpiresAt),
		BackupCode: t.BackupCode, ReturnURL: t.ReturnURL, State: t.State, Body: t.Body,
	}
}

func (c tokenClaims) token(kind twofactor.TokenKind) twofactor.Token {
	return twofactor.Token{
		Kind: kind, ID: c.ID, Ref: twofactor.Ref{Tenant: c.Tenant, User: c.User},
		Incarnation: c.Incarnation, Generation: c.Generation,
		KeyID: c.KeyID, Audience: c.Audience,
		LoginID: c.LoginID, Purpose: twofactor.Purpose(c.Purpose),
		First:    twofactor.FirstFactor{Method: twofactor.SignIn(c.Method), IDP: c.IDP, AMR: c.AMR},
		IssuedAt: instant(c.IssuedAt), ExpiresAt: instant(c.ExpiresAt),
		BackupCode: c.BackupCode, ReturnURL: c.ReturnURL, State: c.State, Body: c.Body,
	}
}

// nanos keeps a time exactly, because the order of logins is judged by it;
// the zero time is 0.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
