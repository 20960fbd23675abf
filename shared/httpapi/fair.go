package httpapi

import (
	"time"

	"sallyport/shared/twofactor"
)

// Fair keeps one caller from taking what others need.
type Fair struct {
	// PerSecond is how many calls of one tenant, by one key, this instance
	// answers each second; a single person gets half of it.
	PerSecond int
	// Admit takes one call from the budget of that name and rate, or says how
	// long to wait.
	Admit func(name string, perSecond int) time.Duration
}

// admit refuses a call whose budget is spent. It comes after the credential:
// a stranger spends nobody's budget. A budget is one key's for one tenant, so
// that a key that may not act for a tenant does not spend that tenant's; and a
// person has one of his own, so that he cannot spend all of his tenant's.
func (d Deps) admit(x *exchange, c twofactor.Caller) error {
	if d.Fair == nil {
		return nil
	}
	var wait time.Duration
	switch {
	case c.Person != nil:
		wait = d.Fair.Admit("person/"+c.Person.Ref.Tenant+"/"+c.Person.Ref.User, max(d.Fair.PerSecond/2, 1))
		if wait == 0 {
			wait = d.Fair.Admit("tenant/"+c.Person.KeyID+"/"+c.Person.Ref.Tenant, d.Fair.PerSecond)
		}
	case c.Key != nil:
		wait = d.Fair.Admit("tenant/"+c.Key.ID+"/"+x.values["tenant"], d.Fair.PerSecond)
	}
	if wait == 0 {
		return nil
	}
	return &twofactor.Error{
		Code:    twofactor.CodeRateLimited,
		Detail:  "There are too many calls for this tenant at once. Nothing was decided; repeat the call later.",
		RetryAt: d.Now().Add(wait),
	}
}
