package model

import (
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// look compares every user of the tenants that were touched, or of all, with
// the model: contract §5, and what an ordinary login would be told.
func (m *machine) look(all bool) {
	reader := twofactor.Caller{Key: m.keys[0].real}
	for _, id := range m.order {
		t := m.tenants[id]
		seen := slices.Contains(m.touched, id) || t.parent != nil && slices.Contains(m.touched, t.parent.id)
		if t.deleting || !all && !seen {
			continue
		}
		for _, name := range people {
			ref := twofactor.Ref{Tenant: id, User: name}
			got, err := m.users.Get(m.ctx, reader, ref)
			u := t.users[name]
			if u == nil {
				m.same("who is not there", twofactor.CodeOf(err), twofactor.CodeUserNotFound)
				continue
			}
			if err != nil {
				m.t.Fatalf("look at %s/%s: %v", id, name, err)
			}
			m.sameView(u, got)
			m.sameExplanation(u, reader)
		}
		m.samePapers(t)
		if all {
			m.sameTenant(t)
			m.sameSummary(t)
		}
	}
}

// sameSummary compares the counts that notify keeps, once the schedule has
// counted what ended by time alone.
func (m *machine) sameSummary(t *tenant) {
	m.t.Helper()
	if err := m.notify.Ended(m.ctx); err != nil {
		m.t.Fatalf("count what ended: %v", err)
	}
	m.deliver(m.t)
	got, err := m.users.Summary(m.ctx, twofactor.Caller{Key: m.keys[0].real}, t.id, twofactor.SummaryQuery{})
	if err != nil {
		m.t.Fatalf("the summary of %s: %v", t.id, err)
	}
	m.same("the summary of "+t.id, got.Summary, m.summary(t))
	for _, client := range got.Tenants {
		m.same("the summary of the client "+client.Tenant, client.Summary, m.summary(m.tenants[client.Tenant]))
	}
	m.same("how many clients "+t.id+" shows", len(got.Tenants), m.clients(t))
}

// clients counts the tenants below one.
func (m *machine) clients(t *tenant) int {
	n := 0
	for _, other := range m.tenants {
		if other.parent == t && !other.deleting {
			n++
		}
	}
	return n
}

// summary counts the users of a tenant.
func (m *machine) summary(t *tenant) twofactor.Summary {
	states := map[twofactor.State]int{}
	locked, asking := 0, 0
	for _, u := range t.users {
		states[u.state(m.now)]++
		if word, _ := u.lockedNow(m.now); word != "" {
			locked++
		}
		if u.openRequest(m.now) != nil {
			asking++
		}
	}
	return twofactor.Summary{
		Users: len(t.users), Active: states[twofactor.StateActive], Pending: states[twofactor.StatePending],
		NotRequired: states[twofactor.StateNotRequired], NotApplicable: states[twofactor.StateNotApplicable],
		NotAvailable: states[twofactor.StateNotAvailable], Locked: locked, ResetRequested: asking,
	}
}

// sameView is contract §5.
func (m *machine) sameView(u *user, got twofactor.UserView) {
	m.t.Helper()
	name := u.tenant.id + "/" + u.id
	m.same(name+": the entry", text([]any{got.ID, got.Email, got.Name, got.Role, got.SignIn, got.Active, stamp(got.CreatedAt)}),
		text([]any{u.id, u.email(), u.name, u.role, u.signIn, u.active, stamp(u.made)}))
	own := u.own.at(m.now)
	m.same(name+": state and requirement",
		text([]any{got.State, got.Required, got.Requirement.Value, stamp(got.Requirement.ExpiresAt), got.OverrideLocked}),
		text([]any{u.state(m.now), u.mustHave(m.now) || u.state(m.now) == twofactor.StatePending, own.value, stamp(own.ends), u.locked()}))
	var locked twofactor.Locked
	var until time.Time
	var factors []string
	left := 0
	if f := u.factor; f != nil {
		locked, until = u.lockedNow(m.now)
		factors = []string{stamp(f.enrolled), stamp(f.verified)}
		left = f.backupsLeft()
	}
	m.same(name+": locked", text([]any{got.Locked, stamp(got.ThrottledUntil)}), text([]any{locked, stamp(until)}))
	var shown []string
	for _, f := range got.Factors {
		shown = append(shown, stamp(f.EnrolledAt), stamp(f.LastVerifiedAt))
	}
	m.same(name+": factors", text([]any{shown, got.BackupCodesLeft}), text([]any{factors, left}))
	open := u.openRequest(m.now)
	m.same(name+": a reset is requested", got.ResetRequested, open != nil)
	if open != nil {
		m.same(name+": the request", got.ResetRequest.ID, open.id)
	}
	var by time.Time
	if u.state(m.now) == twofactor.StatePending && !u.reset && !u.asked {
		by = u.enrollBy(m.now)
	}
	m.same(name+": enrol by", got.EnrollBy, by)
}

// lockedNow is why no code is asked for, and until when.
func (u *user) lockedNow(now time.Time) (twofactor.Locked, time.Time) {
	if u.factor == nil || u.resting() {
		return "", time.Time{}
	}
	l := u.factor.lock(now)
	switch {
	case u.factor.disabled:
		return twofactor.LockedDisabled, time.Time{}
	case l.paused, l.long:
		return twofactor.LockedThrottled, l.until
	}
	return "", time.Time{}
}

func (m *machine) sameExplanation(u *user, reader twofactor.Caller) {
	m.t.Helper()
	got, err := m.policies.Explain(m.ctx, reader, u.ref())
	if err != nil {
		m.t.Fatalf("explain %v: %v", u.ref(), err)
	}
	a := u.decide(u.usual(), false, m.now)
	m.same("the explanation of "+u.id, text([]any{got.Decision, got.Reason}), text([]any{a.decision, a.reason}))
}

// samePapers compares the reset desk. A request that was cancelled counts as
// expired once its time is over: nobody needs to tell them apart.
func (m *machine) samePapers(t *tenant) {
	m.t.Helper()
	var shown, known []string
	q := twofactor.RequestQuery{Limit: 200}
	for {
		got, next, err := m.resets.Requests(m.ctx, twofactor.Caller{Key: m.keys[0].real}, t.id, q)
		if err != nil {
			m.t.Fatalf("the desk of %s: %v", t.id, err)
		}
		for _, r := range got {
			shown = append(shown, r.ID+" "+string(r.State))
		}
		if q.Cursor = next; next == "" {
			break
		}
	}
	for _, p := range t.papers {
		known = append(known, p.id+" "+string(p.state(m.now)))
	}
	slices.Sort(shown)
	slices.Sort(known)
	m.same("the desk of "+t.id, text(shown), text(known))
}
