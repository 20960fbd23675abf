package twofactor

import (
	"context"
	"time"
)

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

// assertionLife is how long an assertion is good for redeeming (contract
// §4.2).
const assertionLife = 120 * time.Second

// The two values of acr.
const (
	acrOne = "1fa"
	acrTwo = "2fa"
)

// The amr values that Sallyport itself states (contract §4.2; RFC 8176 where
// a value is registered there).
const (
	amrMFA    = "mfa"
	amrOTP    = "otp"
	amrBackup = "backup"
	amrSSO    = "sso"
	amrPwd    = "pwd"
	amrDevice = "device"
)

// amrOfMethod is what a verified code proves.
func amrOfMethod(m Method) []string {
	if m == MethodBackupCode {
		return []string{amrBackup, amrMFA}
	}
	return []string{amrOTP, amrMFA}
}

// amrOfAllow is what a login without a code proves. Single sign-on counts as
// two factors only with evidence, and only where the policy trusts it.
func amrOfAllow(policy Policy, first FirstFactor, reason Reason) []string {
	switch {
	case first.Method == SignInSSO && showsSecondFactor(first.AMR) && trusts(policy, first):
		return []string{amrSSO, amrMFA}
	case first.Method == SignInSSO:
		return []string{amrSSO}
	case reason == ReasonDeviceRemembered:
		return []string{amrPwd, amrDevice}
	}
	return []string{amrPwd}
}

func acrOf(amr []string) string {
	if contains(amr, amrMFA) {
		return acrTwo
	}
	return acrOne
}

// assertionFor states what happened in the login of token, as of user.
func (d Deps) assertionFor(token *Token, user *Auth, amr []string) Assertion {
	now := d.Now()
	return Assertion{
		Issuer: d.Issuer, Audience: token.Audience, Ref: token.Ref, LoginID: token.LoginID,
		IssuedAt: now, ExpiresAt: now.Add(assertionLife), AuthTime: token.IssuedAt,
		Inc: user.Incarnation, Generation: user.Generation,
		AMR: amr, ACR: acrOf(amr),
	}
}
