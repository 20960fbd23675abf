package model

import (
	"strings"
	"time"

	"sallyport/shared/twofactor"
)

var (
	resetting = need{scope: twofactor.ScopeAdmin, perms: []twofactor.Permission{twofactor.PermFactorsReset}, actor: true, recent: true}
	linking   = need{scope: twofactor.ScopeAdmin, perms: []twofactor.Permission{twofactor.PermLinksWrite}, actor: true, recent: true}
	deciding  = need{scope: twofactor.ScopeAdmin, perms: []twofactor.Permission{twofactor.PermResetsDecide}, actor: true, recent: true}
)

// aimed is what a call about somebody else is refused with.
func (m *machine) aimed(c call, t *tenant, id string, n need) (*user, refusals) {
	want := m.admits(c, t, n)
	if len(want) > 0 {
		return nil, want
	}
	u := t.users[id]
	want.add(u == nil, twofactor.CodeUserNotFound)
	want.add(u != nil && m.samePerson(*c.actor, u), twofactor.CodeSelfForbidden)
	return u, want
}

// resetFactor takes somebody's factor away.
func (m *machine) resetFactor(c call, tenant, id, then string) {
	c = m.withKey(c)
	u, want := m.aimed(c, m.tenants[tenant], id, resetting)
	if u != nil && then == twofactor.ThenNone {
		without := *u
		without.factor, without.reset, without.asked = nil, false, false
		want.add(without.mustHave(m.now), twofactor.CodeRequiredByPolicy)
	}
	// It would approve the open request.
	want.add(u != nil && u.openRequest(m.now) != nil && m.samePerson(*c.actor, u), twofactor.CodeApproverIsRequester)
	do := func(caller twofactor.Caller) error {
		_, err := m.resets.Reset(m.ctx, caller, twofactor.Ref{Tenant: tenant, User: id}, twofactor.ResetInput{Reason: "lost", Then: then})
		return err
	}
	if !m.agree(do(c.real()), want, "reset %s/%s then %s", tenant, id, then) {
		return
	}
	if open := u.openRequest(m.now); open != nil {
		open.decided = twofactor.ResetApproved
		m.mail(twofactor.MailResetApproved, u.email())
	}
	if u.factor != nil {
		m.mail(twofactor.MailFactorRemoved, u.email())
	}
	m.takeAway(u)
	if then == twofactor.ThenNone {
		u.reset, u.asked = false, false
	}
	m.tell(twofactor.EventFactorReset, u.ref(), c.actor, c.key, then)
	m.again(c, u.tenant, resetting, do)
}

// takeAway is a reset that asks for a new enrolment.
func (m *machine) takeAway(u *user) {
	u.newEra(nil)
	u.reset, u.pending, u.mailed = true, nil, nil
}

// unlock ends a pause or a disabled factor.
func (m *machine) unlock(c call, tenant, id string) {
	c = m.withKey(c)
	u, want := m.aimed(c, m.tenants[tenant], id, resetting)
	want.add(u != nil && u.factor == nil, twofactor.CodeNoFactor)
	do := func(caller twofactor.Caller) error {
		_, err := m.resets.Unlock(m.ctx, caller, twofactor.Ref{Tenant: tenant, User: id})
		return err
	}
	if !m.agree(do(c.real()), want, "unlock %s/%s", tenant, id) {
		return
	}
	if u.factor.unlock(m.now) {
		m.mail(twofactor.MailUnlocked, u.email())
		m.tell(twofactor.EventFactorUnlocked, u.ref(), c.actor, c.key)
	}
	m.again(c, u.tenant, resetting, do)
}

// makeLink makes an enrolment link, to be handed over or mailed.
func (m *machine) makeLink(c call, tenant, id, deliver string) *token {
	c = m.withKey(c)
	t := m.tenants[tenant]
	u, want := m.aimed(c, t, id, linking)
	if u != nil {
		want.add(t.holdsAny(u.role) && m.user(*c.actor).role != twofactor.RoleSuperAdmin, twofactor.CodeForbidden)
		want.add(u.resting(), twofactor.CodeNotAvailable)
		want.add(u.factor != nil, twofactor.CodeFactorAlreadyActive)
		want.add(deliver == twofactor.DeliverEmail && u.email() == "", twofactor.CodeEmailMissing)
	}
	got, err := m.enroll.Link(m.ctx, c.real(), twofactor.Ref{Tenant: tenant, User: id}, deliver)
	if !m.agree(err, want, "link for %s/%s by %s", tenant, id, deliver) {
		return nil
	}
	url := got.URL
	if deliver == twofactor.DeliverEmail {
		m.same("a link that was mailed is not shown", got.URL != "", false)
		m.same("where the link went", m.post.to[twofactor.MailEnrollmentLink], u.email())
		url = m.post.carried[twofactor.MailEnrollmentLink]
		m.mail(twofactor.MailEnrollmentLink, u.email())
	}
	_, fragment, _ := strings.Cut(url.Reveal(), "#")
	tok := &token{
		kind: twofactor.TokenLink, secret: twofactor.Secret(fragment), user: u, era: u.era, key: c.key,
		made: m.now, ends: m.now.Add(72 * time.Hour), first: u.usual(),
	}
	m.same("when the link ends", got.ExpiresAt, tok.ends)
	u.link = tok
	m.tokens = append(m.tokens, tok)
	m.tell(twofactor.EventLinkCreated, u.ref(), c.actor, c.key, deliver)
	m.again(c, t, linking, func(caller twofactor.Caller) error {
		_, err := m.enroll.Link(m.ctx, caller, u.ref(), deliver)
		return err
	})
	return tok
}

// openRequest is the reset request that waits for a decision; nil for none.
func (u *user) openRequest(now time.Time) *paper {
	if u.request == nil || now.Sub(u.request.made) >= 7*day {
		return nil
	}
	return u.request
}

// state is where a request stands (§4.4).
func (p *paper) state(now time.Time) twofactor.ResetRequestState {
	u := p.user
	switch {
	case p.decided != "":
		return p.decided
	case now.Sub(p.made) >= 7*day:
		return twofactor.ResetExpired
	case u.tenant.users[u.id] != u || u.request != p:
		return twofactor.ResetCancelled
	}
	return twofactor.ResetPending
}

// askReset is a person's own request.
func (m *machine) askReset(tok *token) {
	u := tok.user
	want := m.opens(tok, twofactor.TokenLogin)
	if len(want) == 0 {
		want.add(tok.over(), twofactor.CodeLoginUsed)
		d := m.decides(tok).decision
		want.add(d != twofactor.DecisionVerify && d != twofactor.DecisionDeny, twofactor.CodeForbidden)
	}
	caller, err := m.person(tok)
	var got twofactor.RequestAnswer
	if err == nil {
		got, err = m.resets.Request(m.ctx, caller, twofactor.RequestInput{Reason: "a new phone"})
	}
	if !m.agree(err, want, "ask for a reset %s", tok) {
		return
	}
	m.same("the state of the request", got.State, twofactor.ResetPending)
	if open := u.openRequest(m.now); open != nil {
		m.same("the request that is open", got.ID, open.id)
		return
	}
	u.request = &paper{id: got.ID, user: u, era: u.era, made: m.now}
	u.tenant.papers = append(u.tenant.papers, u.request)
	m.toAdministrators(twofactor.MailResetRequested, u)
	m.tell(twofactor.EventResetRequested, u.ref(), nil, tok.key)
}

// decideReset approves or denies a request.
func (m *machine) decideReset(c call, tenant string, p *paper, approve bool) {
	c = m.withKey(c)
	t := m.tenants[tenant]
	want := m.admits(c, t, deciding)
	if len(want) == 0 && p.user.tenant != t {
		want.add(true, twofactor.CodeNotFound)
	}
	if len(want) == 0 {
		want.add(p.state(m.now) != twofactor.ResetPending, twofactor.CodeAlreadyDecided)
		want.add(m.samePerson(*c.actor, p.user), twofactor.CodeApproverIsRequester)
	}
	got, err := m.resets.Decide(m.ctx, c.real(), tenant, twofactor.DecideInput{ID: p.id, Approve: approve})
	if !m.agree(err, want, "decide approve=%v about %s/%s", approve, tenant, p.user.id) {
		return
	}
	kind, letter := twofactor.EventResetDenied, twofactor.MailResetDenied
	p.decided, p.user.request = twofactor.ResetDenied, nil
	if approve {
		kind, letter, p.decided = twofactor.EventResetApproved, twofactor.MailResetApproved, twofactor.ResetApproved
		m.takeAway(p.user)
	}
	m.mail(letter, p.user.email())
	m.same("the state of the request", got.State, p.decided)
	m.tell(kind, p.user.ref(), c.actor, c.key)
	m.again(c, t, deciding, func(caller twofactor.Caller) error {
		_, err := m.resets.Decide(m.ctx, caller, tenant, twofactor.DecideInput{ID: p.id, Approve: approve})
		return err
	})
}

// samePerson: two accounts with one mailbox are one person.
func (m *machine) samePerson(actor twofactor.Ref, u *user) bool {
	if actor == (twofactor.Ref{Tenant: u.tenant.id, User: u.id}) {
		return true
	}
	now := m.user(u.ref())
	return now != nil && now.email() != "" && strings.EqualFold(m.user(actor).email(), now.email())
}
