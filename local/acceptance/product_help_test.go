package acceptance

// helped lives what the preset lets an administrator do for somebody who lost
// the phone: decide the request, and reset without one. told are all who hear
// of the request.
func (p *product) helped(user, admin string, told ...string) {
	p.t.Helper()
	login := p.signIn(user)
	p.decided(login, "verify", "factor_active")
	request := p.Call(p.Person(login.Text("login")), 202, "POST", "/v1/reset-requests", nil).Text("id")
	for _, one := range told {
		p.mailed(one, "reset_requested", "Account: The "+user+" ("+user+")")
	}
	decide := p.path + "/reset-requests/" + request + "/approve"
	p.refused(p.Call(p.Platform, 403, "POST", decide, nil, p.by(user)...), "forbidden")
	p.Call(p.Platform, 200, "POST", decide, nil, p.by(admin)...)
	p.mailed(user, "reset_approved", "Done by: "+admin)
	p.enrolsInLogin(user, "factor_reset")
	p.mailed(user, "enrolled")
	p.Call(p.Platform, 200, "POST", p.user(user)+"/reset", map[string]string{"reason": "lost again"}, p.by(admin)...)
	p.mailed(user, "factor_removed", "An administrator removed it.", "Done by: "+admin)
	p.decided(p.signIn(user), "enroll", "factor_reset")
}
