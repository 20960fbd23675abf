package twofactor

import "time"

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
