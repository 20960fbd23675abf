package acceptance

import (
	"slices"

	"sallyport/local/api"
)

// signIn is a login after the right password.
func (p *product) signIn(user string) api.Answer {
	p.t.Helper()
	return p.signInBy(user, map[string]any{"method": "password"})
}

// signInBy is a login after a first factor.
func (p *product) signInBy(user string, first map[string]any) api.Answer {
	p.t.Helper()
	return p.Call(p.Platform, 200, "POST", p.path+"/logins", map[string]any{
		"user": map[string]string{"id": user}, "first_factor": first,
		"client": map[string]string{"ip": "192.0.2.7", "user_agent": "Firefox"},
	})
}

// decided fails the test unless a login was decided so. Whoever is not allowed
// gets no assertion.
func (p *product) decided(login api.Answer, decision, reason string) {
	p.t.Helper()
	if login.Text("decision") != decision || login.Text("reason") != reason {
		p.t.Errorf("decided %q, %q; want %q, %q", login.Text("decision"), login.Text("reason"), decision, reason)
	}
	if let := login.Text("assertion") != ""; let != (decision == "allow") {
		p.t.Errorf("on %q: an assertion is there: %v", decision, let)
	}
}

// letsIn checks the assertion of a login as the dashboard does, with the
// published keys, and has it redeemed, once.
func (p *product) letsIn(user, loginID, assertion string, amr ...string) string {
	p.t.Helper()
	c := p.assertion(assertion)
	acr := "1fa"
	if slices.Contains(amr, "mfa") {
		acr = "2fa"
	}
	if c.Subject != user || c.Tenant != p.ID(p.name) || c.ID != loginID || c.ACR != acr || !slices.Equal(c.AMR, amr) {
		p.t.Errorf("the assertion says sub %q, jti %q, acr %q, amr %q; want %q, %q, %q, %q", c.Subject, c.ID, c.ACR, c.AMR, user, loginID, acr, amr)
	}
	redeem := map[string]string{"assertion": assertion}
	if got := p.Call(p.Platform, 200, "POST", p.path+"/assertions/redeem", redeem).Text("user"); got != user {
		p.t.Errorf("redeemed for %q", got)
	}
	p.Call(p.Platform, 410, "POST", p.path+"/assertions/redeem", redeem)
	return assertion
}

// enters signs in with password and code, and returns the assertion. Password
// alone and a wrong code open nothing.
func (p *product) enters(user, key string) string {
	p.t.Helper()
	login := p.signIn(user)
	p.decided(login, "verify", "factor_active")
	person := p.Person(login.Text("login"))
	p.refused(p.Call(person, 403, "POST", "/v1/verify", map[string]string{"code": wrong(p.NextCode(key))}), "code_wrong")
	verified := p.Call(person, 200, "POST", "/v1/verify", map[string]string{"code": p.NextCode(key)})
	return p.letsIn(user, login.Text("login_id"), verified.Text("assertion"), "otp", "mfa")
}
