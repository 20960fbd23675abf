package model

import (
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// key is an API key as the model sees it.
type key struct {
	real     *twofactor.APIKey
	audience string
	scopes   []twofactor.Scope
	tenants  []string
	revoked  bool
}

func (k *key) has(s twofactor.Scope) bool { return slices.Contains(k.scopes, s) }

func (k *key) reaches(t *tenant) bool {
	return slices.Contains(k.tenants, "*") || slices.Contains(k.tenants, t.id) ||
		t.parent != nil && slices.Contains(k.tenants, t.parent.id)
}

// tenant is a customer, or a client of one.
type tenant struct {
	id, name string
	parent   *tenant
	policy   twofactor.Policy
	version  uint64
	// requires is when the mode was "required", floor when clients were made
	// to have a factor.
	requires, floor span
	users           map[string]*user
	graves          map[string]*grave
	papers          []*paper
	// reminded is the last reminder.
	reminded *reminder
	// deleting is set by its deletion, gone once nothing is left of it.
	deleting, gone bool
	ended          time.Time
}

// span is a time in which something is asked for.
type span struct {
	on       bool
	from, to time.Time
}

// turn begins or ends the span; one that begins again within 30 days has
// never ended.
func (s *span) turn(on bool, now time.Time) {
	switch {
	case on && !s.on && (s.from.IsZero() || now.Sub(s.to) > 30*day):
		s.from = now
	case !on && s.on:
		s.to = now
	}
	s.on = on
}

// era is the time of one factor, or of none: two are the same only if they
// are the same pointer.
type era struct{ _ byte }

// user is one incarnation of a person.
type user struct {
	tenant *tenant
	id     string
	made   time.Time
	// ended is when the user was deleted.
	ended      time.Time
	name, role string
	signIn     twofactor.SignIn
	active     bool
	mailboxes  []mailbox
	own        ownRequirement
	// reset is the reset mark, asked the request to activate.
	reset, asked bool
	later        int
	era          *era
	factor       *factor
	done         doneLogins
	link         *token
	pending      *pending
	mailed       []time.Time
	// warned is when the last mail about wrong codes went.
	warned  time.Time
	request *paper
	devices []*device
}

// ownRequirement is what was decided for one user.
type ownRequirement struct {
	value     twofactor.RequirementValue
	set, ends time.Time
}

func (o ownRequirement) at(now time.Time) ownRequirement {
	if o.value == "" || !o.ends.IsZero() && !now.Before(o.ends) {
		return ownRequirement{value: twofactor.RequirementInherit}
	}
	return o
}

// newEra begins another era: what was made in the one before is dead.
func (u *user) newEra(f *factor) {
	u.era, u.factor, u.link, u.request, u.devices = &era{}, f, nil, nil, nil
}

// grave is what is remembered of a deleted user.
type grave struct {
	at        time.Time
	hadFactor bool
	mailbox   string
}

// paper is a reset request.
type paper struct {
	id      string
	user    *user
	era     *era
	made    time.Time
	decided twofactor.ResetRequestState
}

// token is a person's token.
type token struct {
	kind    twofactor.TokenKind
	secret  twofactor.Secret
	user    *user
	era     *era
	key     *key
	loginID string
	purpose twofactor.Purpose
	first   twofactor.FirstFactor
	made    time.Time
	ends    time.Time
	backup  bool
}

// assertion is what lets a person in.
type assertion struct {
	secret   twofactor.Secret
	user     *user
	era      *era
	audience string
	loginID  string
	made     time.Time
	amr      []string
}

func (a *assertion) two() bool { return slices.Contains(a.amr, "mfa") }

// doneLogins are the logins that were done: the last four, and how old the
// newest of the others was (docs/decisions.md, 4).
type doneLogins struct {
	last    []*token
	horizon time.Time
}

func (d *doneLogins) add(t *token) {
	d.last = append(slices.Clone(d.last), t)
	if len(d.last) > 4 {
		if d.last[0].made.After(d.horizon) {
			d.horizon = d.last[0].made
		}
		d.last = d.last[1:]
	}
}

func (d *doneLogins) knows(t *token) bool {
	return slices.ContainsFunc(d.last, func(o *token) bool { return o.loginID == t.loginID })
}

func (d *doneLogins) holds(t *token) bool {
	return d.knows(t) || !d.horizon.IsZero() && !t.made.After(d.horizon)
}

// mailbox is an address and the time in which it stood.
type mailbox struct {
	address  string
	from, to time.Time
}

func (u *user) email() string {
	if len(u.mailboxes) == 0 {
		return ""
	}
	return u.mailboxes[len(u.mailboxes)-1].address
}

func (u *user) setEmail(address string, now time.Time) {
	if n := len(u.mailboxes); n > 0 {
		u.mailboxes[n-1].to = now
	}
	u.mailboxes = append(u.mailboxes, mailbox{address: address, from: now})
}

// trusted is where a mailbox code goes: the last address that stood for 72
// hours, else the first there ever was.
func (u *user) trusted(now time.Time) string {
	for _, box := range slices.Backward(u.mailboxes) {
		end := box.to
		if end.IsZero() {
			end = now
		}
		if box.address != "" && end.Sub(box.from) >= 72*time.Hour {
			return box.address
		}
	}
	for _, box := range u.mailboxes {
		if box.address != "" {
			return box.address
		}
	}
	return ""
}
