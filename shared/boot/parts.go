package boot

import (
	"context"
	"log/slog"
	"time"

	"sallyport/shared/fair"
	"sallyport/shared/httpapi"
	"sallyport/shared/pages"
	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// Parts is what the handlers are put together from. A deployed function gets
// them from its Base; the development stack and tests bring their own store,
// keys and clock, and so run the same handlers.
type Parts struct {
	Deps twofactor.Deps
	// Log gets one line for each request.
	Log *slog.Logger
	// TenantRate is how many calls of one tenant each function answers every
	// second; 0 sets no limit.
	TenantRate int
}

// door is what all handlers share.
func (p Parts) door() (httpapi.Deps, *twofactor.Keys) {
	keys := twofactor.NewKeys(p.Deps)
	door := httpapi.Deps{Now: p.Deps.Now, Log: p.Log, Issuer: p.Deps.Issuer, Platforms: keys}
	if p.TenantRate > 0 {
		// The wall clock: a clock that a development stack moves gives nobody
		// a new budget.
		door.Fair = &httpapi.Fair{PerSecond: p.TenantRate, Admit: fair.New(time.Now).Admit}
	}
	return door, keys
}

// Verify puts together the handler of the function verify.
func (p Parts) Verify() httpapi.Handler {
	door, keys := p.door()
	door.People = twofactor.NewPeople(p.Deps, keys)
	door.Verify = twofactor.NewVerify(p.Deps)
	return httpapi.Verify(door)
}

// Enroll puts together the handler of the function enroll.
func (p Parts) Enroll() httpapi.Handler {
	door, keys := p.door()
	door.People = twofactor.NewPeople(p.Deps, keys)
	door.Enroll = twofactor.NewEnroll(p.Deps)
	return httpapi.Enroll(door)
}

// Policy puts together the handler of the function policy.
func (p Parts) Policy() httpapi.Handler {
	door, _ := p.door()
	door.Policies = twofactor.NewPolicies(p.Deps)
	door.Reminders = twofactor.NewReminders(p.Deps)
	return httpapi.Policy(door)
}

// Reset puts together the handler of the function reset.
func (p Parts) Reset() httpapi.Handler {
	door, keys := p.door()
	door.People = twofactor.NewPeople(p.Deps, keys)
	door.Resets = twofactor.NewResets(p.Deps)
	return httpapi.Reset(door)
}

// Directory puts together the handler of the function directory.
func (p Parts) Directory() httpapi.Handler {
	door, keys := p.door()
	door.Tenants = twofactor.NewTenants(p.Deps)
	door.Users = twofactor.NewUsers(p.Deps)
	door.Keys = keys
	door.Events = twofactor.NewEvents(p.Deps)
	return httpapi.Directory(door)
}

// Pages puts together the handler of the function pages.
func (p Parts) Pages() httpapi.Handler {
	door, _ := p.door()
	door.OpenAPI = httpapi.OpenAPI
	door.JWKS = p.publicKeys
	door.Pages = pages.Open
	return httpapi.Pages(door)
}

// publicKeys reads the keys that check assertions.
func (p Parts) publicKeys(ctx context.Context) ([]byte, error) {
	key := twofactor.SigningKeysKey()
	found, err := p.Deps.Store.Load(ctx, twofactor.Want{Key: key, Eventually: true})
	if err != nil {
		return nil, err
	}
	record := twofactor.Get[twofactor.SigningKeys](found, key)
	if record == nil {
		record = &twofactor.SigningKeys{}
	}
	return seal.JWKS(record, p.Deps.Now())
}
